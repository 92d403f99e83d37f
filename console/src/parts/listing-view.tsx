import { Button, Center, Stack } from '@mantine/core';
import { useDeferredValue, type JSX, type ReactNode } from 'react';

import { type Listing } from '../api/queries.js';
import { ErrorPanel } from './error-panel.js';
import { Loading } from './loading.js';

interface ListingViewProps<P, R> {
  readonly listing: Listing<P>;
  /** What is listed, such as `the tags`. */
  readonly what: string;
  readonly rowsOf: (page: P) => readonly R[];
  /** What to show if there is nothing. */
  readonly empty: ReactNode;
  readonly children: (rows: readonly R[]) => ReactNode;
}

/** Shows a list in each of its states: awaited, failed, empty, and with a button for more. */
export function ListingView<P, R>(props: ListingViewProps<P, R>): JSX.Element {
  const { listing, what, rowsOf, empty, children } = props;
  // New rows are made piece by piece, so that the page reacts meanwhile. Those that were known before are shown at once.
  const shown = useDeferredValue(listing.pages).flatMap(rowsOf);
  if (listing.isPending) return <Loading what={what} />;
  const failure = listing.error && (
    <ErrorPanel what={`Could not load ${what}`} error={listing.error} retry={listing.retry} />
  );
  if (listing.pages.flatMap(rowsOf).length === 0) return <>{failure ?? empty}</>;
  return (
    <Stack gap="md">
      {shown.length > 0 && children(shown)}
      {failure}
      {listing.hasMore && !failure && (
        <Center>
          <Button variant="default" loading={listing.isLoadingMore} onClick={listing.more}>
            Show more
          </Button>
        </Center>
      )}
    </Stack>
  );
}
