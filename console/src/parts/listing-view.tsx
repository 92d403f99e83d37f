import { Button, Center, Stack } from '@mantine/core';
import { useDeferredValue, useState, type JSX, type ReactNode } from 'react';

import { type Listing } from '../api/queries.js';
import { ErrorPanel } from './error-panel.js';
import { Loading } from './loading.js';

/** How many rows of a list fit on a page, more or less. */
const FIRST_ROWS = 10;

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
  // A person who comes back finds the page as long as it was, so that the same place can be shown.
  const [hasWaited] = useState(listing.isPending);
  if (listing.isPending) return <Loading what={what} />;
  const failure = listing.error && (
    <ErrorPanel what={`Could not load ${what}`} error={listing.error} retry={listing.retry} />
  );
  if (listing.pages.flatMap(rowsOf).length === 0) return <>{failure ?? empty}</>;
  return (
    <Stack gap="md">
      <Rows pages={listing.pages} rowsOf={rowsOf} isFirstTime={hasWaited}>
        {children}
      </Rows>
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

type RowsProps<P, R> = Pick<ListingViewProps<P, R>, 'rowsOf' | 'children'> & {
  readonly pages: readonly P[];
  readonly isFirstTime: boolean;
};

/** Shows rows that were known before at once. Of new ones it shows the first, and makes the others piece by piece, so that the page reacts meanwhile. */
function Rows<P, R>({ pages, rowsOf, isFirstTime, children }: RowsProps<P, R>): JSX.Element {
  const shown = useDeferredValue(pages, isFirstTime ? [] : pages);
  const rows = shown.flatMap(rowsOf);
  return <>{children(rows.length > 0 ? rows : pages.flatMap(rowsOf).slice(0, FIRST_ROWS))}</>;
}
