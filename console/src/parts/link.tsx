import { Anchor, type AnchorProps } from '@mantine/core';
import { type JSX, type ReactNode } from 'react';
import { Link } from 'wouter';

interface PlaceLinkProps extends AnchorProps {
  /** A place of `places.ts`. */
  readonly to: string;
  readonly children: ReactNode;
}

/** Leads to another page of the console. */
export function PlaceLink({ to, ...rest }: PlaceLinkProps): JSX.Element {
  return <Anchor component={Link} to={to} inherit {...rest} />;
}
