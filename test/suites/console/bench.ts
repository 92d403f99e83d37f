import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';

import { startBrowser } from './browser.js';
import { openSession, writeLogins, type Guard } from './logins.js';
import { placeOfRun, type Place, type Served } from './places.js';
import { type Pusher } from '../../support/push-over-http.js';
import { DESK, type View } from './views.js';
import { WatchedPage, windowFor, type Expected } from './watched-page.js';

/** What the registry of a suite is like. By default it is empty, in memory, and has no logins. */
export interface BenchOptions {
  /** Pushes what the pages show. */
  readonly seed?: (pusher: Pusher) => Promise<void>;
  /** The first login pushes the seed. */
  readonly guard?: Guard;
  /** Writes a store to a directory, from which the registry serves it. Not set: the store is in memory. */
  readonly store?: (directory: string) => Promise<void>;
  /** Further settings. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the registry is served. By default as `PLACE` says. */
  readonly place?: Place;
}

/** A registry and a browser. */
export interface Bench {
  readonly url: string;
  /** Pushes and asks as an image client does, with the first login if there are logins. */
  readonly pusher: Pusher;
  /** Opens a page of the console, such as `repositories/team/app`, in a window of its own. */
  open(path: string, options?: OpenOptions): Promise<Page>;
  /** Returns the requests that the last opened page sent to the API. */
  apiRequests(): readonly string[];
}

export interface OpenOptions extends Expected {
  readonly view?: View;
  /** The URL by which the page reaches the registry. By default its own. */
  readonly through?: string;
  /** Who looks, by the session of a login before. By default nobody is logged in. */
  readonly as?: string;
  /** Gets the page before its first request. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

/**
 * Starts a registry and a browser for the tests of the surrounding `describe`.
 *
 * After each test all windows are closed. A test fails if a page had an error in its console, broke its content security, or sent a
 * request to elsewhere.
 */
export function useBench(options: BenchOptions = {}): () => Bench {
  let folder: string;
  let server: Served;
  let browser: Browser | undefined;
  let bench: Bench;
  let contexts: BrowserContext[] = [];
  let pages: WatchedPage[] = [];
  const sessions = new Map<string, ReturnType<typeof openSession>>();
  const sessionOf = (name: string): ReturnType<typeof openSession> => {
    const known = sessions.get(name);
    if (known !== undefined) return known;
    const session = openSession(server.url, name, options.guard?.passwords[name] ?? '');
    sessions.set(name, session);
    return session;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-console-'));
    server = await startRegistry(folder, options);
    const pusher = pusherOf(server.registry ?? server.url, options);
    await options.seed?.(pusher);
    const windows = await startBrowser();
    browser = windows;
    bench = {
      url: server.url,
      pusher,
      open: async (path, { view = DESK, through = server.url, as, prepare, ...expected } = {}) => {
        const context = await windows.newContext(windowFor(view));
        contexts.push(context);
        if (as !== undefined) await context.addCookies([await sessionOf(as)]);
        const watched = await WatchedPage.open(context, expected, through);
        pages.push(watched);
        await prepare?.(watched.page);
        await watched.page.goto(`${through}/console/${path}`);
        return watched.page;
      },
      apiRequests: () => pages.at(-1)?.apiRequests ?? [],
    };
  });

  afterEach(async () => {
    const problems = pages.flatMap((page) => page.problems);
    await Promise.all(contexts.map((context) => context.close()));
    [contexts, pages] = [[], []];
    expect(problems).toEqual([]);
  });

  afterAll(async () => {
    // One that did not start must not keep the other one running.
    await browser?.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  return () => bench;
}

async function startRegistry(folder: string, options: BenchOptions): Promise<Served> {
  const { guard, environment, store, place = placeOfRun() } = options;
  const logins = guard && (await writeLogins(folder, guard));
  const storagePath = join(folder, 'store');
  await store?.(storagePath);
  return place({
    driver: store === undefined ? 'memory' : 'filesystem',
    storagePath,
    environment: { ...logins, ...environment },
  });
}

function pusherOf(url: string, { guard }: BenchOptions): Pusher {
  const [login] = Object.entries(guard?.passwords ?? {});
  if (login === undefined) return { url };
  const basic = Buffer.from(login.join(':')).toString('base64');
  return { url, headers: { Authorization: `Basic ${basic}` } };
}
