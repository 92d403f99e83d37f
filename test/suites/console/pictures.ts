import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { PROJECT_ROOT } from '../../support/server-process.js';
import { useBench } from './bench.js';
import { collect } from './collect.js';
import { MirroredHub } from './mirrored-hub.js';
import { type Pusher } from '../../support/push-over-http.js';
import { seedPulls } from './seed-pulled.js';
import { seedSmall } from './seed.js';
import { type View } from './views.js';

const FOLDER = join(PROJECT_ROOT, 'docs/pictures');

const LIGHT: View = { scheme: 'light', width: 1280 };
const DARK: View = { scheme: 'dark', width: 1280 };
const PHONE: View = { scheme: 'light', width: 390 };

/** The pictures by the names of their files: the page, and how a person looks at it. */
const PICTURES: Readonly<Record<string, readonly [path: string, view: View]>> = {
  repositories: ['repositories', LIGHT],
  repository: ['repositories/team/app', LIGHT],
  image: ['images/team/web:2.0', LIGHT],
  'image-phone': ['images/team/app:1.2.0', PHONE],
  compare: ['compare?repository=team%2Fapp&a=1.1.0&b=1.2.0', LIGHT],
  live: ['live', DARK],
  events: ['events', LIGHT],
  storage: ['storage', LIGHT],
  mirrors: ['mirrors', LIGHT],
  access: ['access', LIGHT],
  settings: ['settings', LIGHT],
};

let directory = '';

/** Pushes the small registry, which was pulled, and counts it. */
async function seed(pusher: Pusher): Promise<void> {
  await seedSmall(pusher);
  await seedPulls(directory);
  await collect(pusher);
}

async function store(path: string): Promise<void> {
  directory = path;
  await mkdir(path, { recursive: true });
}

const mirrored = await MirroredHub.start();
const bench = useBench({ seed, store, environment: mirrored.environment });
beforeAll(() => mirrored.pull(bench().url));
afterAll(() => mirrored.stop());

it.each(Object.entries(PICTURES))('%s', async (name, [path, view]) => {
  await mkdir(FOLDER, { recursive: true });
  const page = await bench().open(path, { view });
  await page.getByRole('heading', { level: 1 }).waitFor();
  // The stream of events never ends, so nothing tells that all is shown.
  await page.waitForTimeout(1_500);
  const picture = await page.screenshot({
    path: join(FOLDER, `${name}.png`),
    animations: 'disabled',
  });
  expect(picture.byteLength).toBeGreaterThan(5_000);
});
