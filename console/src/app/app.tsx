import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { type JSX } from 'react';
import { Router } from 'wouter';

import { consolePath } from '../api/place.js';
import { queryClient } from '../api/queries.js';
import { ErrorBoundary } from './error-boundary.js';
import { NONCE } from './nonce.js';
import { Shell } from './shell.js';
import { readableColours, theme } from './theme.js';

/** The console: what all pages share, around the page that the address names. */
export function App(): JSX.Element {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      cssVariablesResolver={readableColours}
      getStyleNonce={() => NONCE}
    >
      <Notifications position="bottom-right" />
      <ErrorBoundary>
        <QueryClientProvider client={queryClient}>
          <Router base={consolePath(document.baseURI)}>
            <Shell />
          </Router>
        </QueryClientProvider>
      </ErrorBoundary>
    </MantineProvider>
  );
}
