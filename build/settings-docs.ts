/**
 * Writes the declared settings into `.env.example` and the table of `docs/configuration.md`.
 *
 * Run it after `npm run build`; `npm test` fails if either differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import type * as texts from '../src/config/settings-texts.ts';

const ROOT = resolve(import.meta.dirname, '..');
const CONFIGURATION = join(ROOT, 'docs/configuration.md');

const built = pathToFileURL(join(ROOT, 'dist/config/settings-texts.js')).href;
const { environmentExample, settingsTable } = (await import(built)) as typeof texts;

writeFileSync(join(ROOT, '.env.example'), environmentExample());
const page = readFileSync(CONFIGURATION, 'utf8');
const table = /^\| setting .*\n(?:\|.*\n)+/m;
if (!table.test(page)) throw new Error('docs/configuration.md has no table of the settings');
writeFileSync(
  CONFIGURATION,
  page.replace(table, () => `${settingsTable().join('\n')}\n`),
);
