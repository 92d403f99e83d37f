import { Container } from '@mantine/core';
import { Component, type ReactNode } from 'react';

import { ErrorPanel } from '../parts/error-panel.js';

interface Props {
  readonly children: ReactNode;
}

/** Shows what went wrong in place of a page that failed. A new `key` begins again. */
export class ErrorBoundary extends Component<Props, { readonly error?: Error }> {
  override state: { readonly error?: Error } = {};

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <Container size="sm" py="xl">
        <ErrorPanel
          what="This page failed"
          error={isMissingFile(error) ? new Error(UPDATED) : error}
          retry={() => location.reload()}
        />
      </Container>
    );
  }
}

const UPDATED =
  'A part of the console could not be loaded. The registry may have been updated, or the connection is lost.';

/** Browsers word it differently. */
function isMissingFile({ message }: Error): boolean {
  return /dynamically imported module|importing a module|preload CSS/i.test(message);
}
