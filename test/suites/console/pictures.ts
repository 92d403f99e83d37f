import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from '@jest/globals';

import { PROJECT_ROOT } from '../../support/server-process.js';
import { useBench } from './bench.js';
import { seedSmall } from './seed.js';
import { type View } from './views.js';

const FOLDER = join(PROJECT_ROOT, 'docs/pictures');

const LIGHT: View = { scheme: 'light', width: 1280 };
const DARK: View = { scheme: 'dark', width: 1280 };
const PHONE: View = { scheme: 'light', width: 390 };

/** The pictures by the names of their files: the page, and how a person looks at it. */
const PICTURES: Readonly<Record<string, readonly [path: string, view: View]>> = {
  repositories: ['repositories', LIGHT],
  'repositories-dark': ['repositories', DARK],
  'repositories-phone': ['repositories', PHONE],
  repository: ['repositories/team/app', LIGHT],
};

const bench = useBench({ seed: seedSmall });

it.each(Object.entries(PICTURES))('%s', async (name, [path, view]) => {
  await mkdir(FOLDER, { recursive: true });
  const page = await bench().open(path, { view });
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  const picture = await page.screenshot({
    path: join(FOLDER, `${name}.png`),
    animations: 'disabled',
  });
  expect(picture.byteLength).toBeGreaterThan(5_000);
});
