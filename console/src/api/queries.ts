import {
  keepPreviousData,
  MutationCache,
  QueryCache,
  QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  type UseQueryResult,
} from '@tanstack/react-query';

import { ApiProblem } from './client.js';
import { askForLogin } from './login-needed.js';

/** How many items a page of a list has. */
export const PAGE_SIZE = 50;

/** How long an answer is shown without asking again when a page is opened once more. */
const FRESH_MS = 10_000;

/** How often an answer with figures that the registry still counts is asked for again, and after how many milliseconds. */
const COUNTING_TRIES = 5;
const COUNTING_MS = 1_000;

/** Asks for a login if a request failed for want of one. */
function noteLogin(error: Error): void {
  if (error instanceof ApiProblem && error.status === 401) askForLogin();
}

/** One more try helps against a lost connection or a busy server only. */
function isWorthRetrying(failures: number, error: Error): boolean {
  if (failures >= 1) return false;
  return !(error instanceof ApiProblem) || error.status >= 500;
}

/** The answers that the page has. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noteLogin }),
  mutationCache: new MutationCache({ onError: noteLogin }),
  defaultOptions: {
    // Without a connection a request fails and says so. The library would wait for a connection without a word.
    queries: {
      networkMode: 'always',
      staleTime: FRESH_MS,
      retry: isWorthRetrying,
      retryDelay: 500,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

/** What identifies an answer: the noun of the API first, then what it is about, such as `['tags', 'team/app', { sort }]`. */
export type AnswerKey = readonly [noun: string, ...about: unknown[]];

export interface AnswerOptions<T> {
  /** Whether it is asked for now. */
  readonly enabled?: boolean;
  /** Whether the answer before is shown until that of another key comes. */
  readonly keepsPrevious?: boolean;
  /** Returns after how many milliseconds to ask again, or `false`. */
  readonly refetchInterval?: (query: {
    readonly state: { readonly data: T | undefined };
  }) => number | false;
}

/** One answer of the API in each of its states: awaited, failed, and there. */
export type Answer<T> = UseQueryResult<T>;

/**
 * Asks for one answer and keeps it current.
 *
 * `ask` gets the signal that ends the request when the page is left.
 */
export function useAnswer<T>(
  key: AnswerKey,
  ask: (signal: AbortSignal) => Promise<T>,
  { keepsPrevious = false, ...options }: AnswerOptions<T> = {},
): Answer<T> {
  return useQuery<T>({
    queryKey: key,
    queryFn: ({ signal }) => ask(signal),
    ...options,
    ...(keepsPrevious && { placeholderData: keepPreviousData }),
  });
}

/** What an answer is, and how it is asked for. */
export interface Question<T> {
  readonly key: AnswerKey;
  readonly ask: (signal: AbortSignal) => Promise<T>;
}

/** Asks for an answer before anything uses it. */
export function askEarly<T>(key: AnswerKey, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return queryClient.query({ queryKey: key, queryFn: ({ signal }) => ask(signal) });
}

/** A page of a list. */
interface Page {
  readonly next?: string;
}

/** A list of which further pages can be asked for. */
export interface Listing<P> {
  readonly pages: readonly P[];
  readonly error: Error | null;
  /** Whether the first page is still to come. */
  readonly isPending: boolean;
  /** Whether the pages belong to the question before, until the answer of the present one comes. */
  readonly isStale: boolean;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly more: () => void;
  readonly retry: () => void;
}

/** What a list is, and how its pages are asked for. */
export interface ListQuestion<P extends Page> {
  readonly key: AnswerKey;
  /** Gets the cursor of a page, or `undefined` for the first. */
  readonly ask: (cursor: string | undefined, signal: AbortSignal) => Promise<P>;
  /** While it returns true for an answer, the registry still counts, and is asked again a few times. */
  readonly isUnfinished?: (page: P) => boolean;
}

function firstPage<P extends Page>({ key, ask }: ListQuestion<P>) {
  return {
    queryKey: key,
    queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
      ask(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }: P) => next,
  };
}

/** Asks for the first page of a list before it is shown. */
export function askForListing<P extends Page>(question: ListQuestion<P>): void {
  // The list that shows it says what went wrong.
  queryClient.infiniteQuery(firstPage(question)).catch(() => undefined);
}

/** Asks for a list page by page. */
export function useListing<P extends Page>(question: ListQuestion<P>): Listing<P> {
  const { isUnfinished = () => false } = question;
  const query = useInfiniteQuery({
    ...firstPage(question),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => {
      const isWanted = state.data?.pages.some(isUnfinished) === true;
      return isWanted && state.dataUpdateCount < COUNTING_TRIES ? COUNTING_MS : false;
    },
  });
  return {
    pages: query.data?.pages ?? [],
    error: query.error,
    isPending: query.isPending,
    isStale: query.isPlaceholderData,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    more: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  };
}

/** Something that a person lets the registry do, in each of its states. */
export interface Action<T> {
  readonly run: () => void;
  readonly isBusy: boolean;
  /** What the last run resolved to. */
  readonly result: T | undefined;
  /** Why the last run failed. */
  readonly error: Error | null;
}

/** Does something on demand, such as a deletion. If that needs a login, the login is shown. */
export function useAction<T>(act: () => Promise<T>): Action<T> {
  const { mutate, isPending, data, error } = useMutation({ mutationFn: act });
  return { run: () => mutate(), isBusy: isPending, result: data, error };
}

/** Lets all answers of a noun be asked for again, after a change. */
export async function forget(noun: string, ...about: unknown[]): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: [noun, ...about] });
}

/** Lets all answers of a noun be asked for again when a page or a dialog shows them next, but not now. */
export async function forgetUntilShown(noun: string, ...about: unknown[]): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: [noun, ...about], refetchType: 'none' });
}

/** Returns the ETag of a tag that points to `digest`, for `If-Match`: the change fails if somebody else was quicker. */
export function etagOf(digest: string): string {
  return `"${digest}"`;
}

/** Returns the part of a query for a cursor. */
export function cursorQuery(cursor: string | undefined): { limit: number; cursor?: string } {
  return { limit: PAGE_SIZE, ...(cursor !== undefined && { cursor }) };
}
