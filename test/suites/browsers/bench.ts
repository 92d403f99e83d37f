import { afterAll, beforeAll } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { makeLogins } from '../../support/berth.js';
import { startServer, type ServerProcess } from '../../support/server-process.js';
import { Chromium } from './chromium.js';
import { type Page } from './page.js';
import { PageServer } from './page-server.js';
import { RegistryPage } from './registry-page.js';

export interface Guard {
  readonly passwords: Readonly<Record<string, string>>;
  readonly rules: string;
}

/** A registry, a browser, and two origins, of which the registry lists one. */
export interface Bench {
  readonly registry: string;
  /** Opens a page of the listed origin. */
  listed(): Promise<RegistryPage>;
  /** Opens a page of another site. */
  stranger(): Promise<RegistryPage>;
  /** Opens a page of the registry itself. */
  own(path: string): Promise<Page>;
  /** Resolves to how often the log has this text, as soon as that is `count` times: a line follows its response. */
  logged(text: string, count?: number): Promise<number>;
}

/**
 * Starts the parts for the tests of the surrounding `describe`.
 *
 * @param cors the setting of the registry; by default the listed origin
 */
export function useBench(
  options: { readonly cors?: string; readonly guard?: Guard } = {},
): () => Bench {
  let folder: string;
  let chromium: Chromium;
  let pages: { readonly listed: PageServer; readonly stranger: PageServer };
  let server: ServerProcess;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-browsers-'));
    pages = {
      listed: await PageServer.start('127.0.0.1'),
      stranger: await PageServer.start('localhost'),
    };
    const { guard, cors = pages.listed.origin } = options;
    const logins = guard && (await makeLogins(folder, guard.passwords, guard.rules));
    server = await startServer({
      driver: 'memory',
      storagePath: folder,
      // The log has each request at this level.
      environment: {
        REGISTRY_CORS_ORIGINS: cors,
        REGISTRY_LOG_LEVEL: 'debug',
        ...logins?.environment,
      },
    });
    chromium = await Chromium.start();
  });
  afterAll(async () => {
    await chromium.close();
    await server.stop();
    await pages.listed.stop();
    await pages.stranger.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async ({ origin }: PageServer): Promise<RegistryPage> =>
    new RegistryPage(await chromium.open(origin), server.url);
  return () => ({
    registry: server.url,
    listed: () => open(pages.listed),
    stranger: () => open(pages.stranger),
    own: (path) => chromium.open(`${server.url}${path}`),
    logged: async (text, count = 1) => {
      const found = (): number => server.output().split(text).length - 1;
      for (let round = 0; round < 40 && found() < count; round++) await delay(50);
      return found();
    },
  });
}
