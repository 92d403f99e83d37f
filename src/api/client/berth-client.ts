import createClient, { type Client, type FetchResponse } from 'openapi-fetch';

import { problemOf } from './api-problem.js';
import { type paths } from './schema.js';

/** Where a registry is, and who asks. */
export interface ClientOptions {
  /** The URL of the registry, without `/api`. Not needed for a page of the registry itself. */
  readonly url?: string;
  /** A login, or a robot with any name and its token as the password. */
  readonly login?: { readonly name: string; readonly password: string };
  /** A token of `/v2/_token` with the scope `registry:api:*`, or that of a robot. */
  readonly token?: string;
  /** Replaces the platform's `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** A client of the API, whose paths, queries and answers have types. `dataOf` returns what a request answers. */
export type BerthClient = Client<paths>;

/** Creates a client of the API. */
export function createBerthClient(options: ClientOptions = {}): BerthClient {
  const { url = '', fetch } = options;
  const authorization = authorizationOf(options);
  return createClient<paths>({
    baseUrl: url.replace(/\/$/, ''),
    ...(authorization === undefined ? {} : { headers: { authorization } }),
    ...(fetch === undefined ? {} : { fetch }),
  });
}

/** The content of a response, or `undefined` if it has none. */
type ContentOf<R> = R extends { readonly content: infer C } ? C[keyof C] : undefined;

/** What a request answers if it succeeds. The type of `data` in openapi-fetch loses lists that are read-only. */
type AnswerOf<T> = T extends { readonly responses: infer R }
  ? { [Status in keyof R & (200 | 201 | 202 | 204)]: ContentOf<R[Status]> }[keyof R &
      (200 | 201 | 202 | 204)]
  : never;

/**
 * Resolves to what a request answers.
 *
 * @throws ApiProblem if the request failed
 */
export async function dataOf<
  T extends Record<string | number, unknown>,
  O,
  M extends `${string}/${string}`,
>(answer: Promise<FetchResponse<T, O, M>>): Promise<AnswerOf<T>> {
  const { data, error, response } = await answer;
  if (!response.ok) throw problemOf(response, error);
  return data as AnswerOf<T>;
}

/** A page of a listing. */
interface Page {
  readonly next?: string;
}

/** Yields all pages of a listing. `ask` gets the cursor of the next page, or `undefined` for the first. @throws ApiProblem */
export async function* pagesOf<P extends Page>(
  ask: (cursor: string | undefined) => Promise<P>,
): AsyncGenerator<P, void, void> {
  let cursor: string | undefined;
  do {
    const page = await ask(cursor);
    yield page;
    cursor = page.next;
  } while (cursor !== undefined);
}

function authorizationOf({ login, token }: ClientOptions): string | undefined {
  if (token !== undefined) return `Bearer ${token}`;
  if (login === undefined) return undefined;
  // `btoa` takes bytes as characters, and a password may have any characters.
  const bytes = new TextEncoder().encode(`${login.name}:${login.password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}
