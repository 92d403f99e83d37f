/**
 * Puts the compiled server into few files: `dist/main.js`, and what it loads, in `dist/server`; and what test suites import, in
 * `dist/exports`.
 *
 * A start reads a dozen files instead of a thousand, in half the time (docs/decisions/0010-bundle.md). What programs import
 * besides stays as it was compiled. Run it behind `nest build`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { build, type Metafile } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '..');

/** Native code, and what Nest only looks for where a program has installed it. */
const EXTERNAL = [
  'bcrypt',
  '@nestjs/microservices',
  '@nestjs/microservices/*',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
  'class-transformer',
  'class-validator',
];

/** Modules of the older kind ask for Node's own by `require`, which a module of this kind must make. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module';" +
  'const require = requireFrom(import.meta.url);';

/** What both are built with. */
const SHARED = {
  absWorkingDir: ROOT,
  allowOverwrite: true,
  bundle: true,
  splitting: true,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  banner: { js: REQUIRE },
  logLevel: 'warning',
} as const;

async function main(): Promise<void> {
  const server = await build({
    ...SHARED,
    entryPoints: ['dist/main.js'],
    outdir: 'dist',
    chunkNames: 'server/[name]-[hash]',
    external: EXTERNAL,
  });
  writeFileSync(join(ROOT, 'dist/server/NOTICES'), notices(server.metafile));
  const testing = await build({
    ...SHARED,
    entryPoints: ['dist/exports/testing.js'],
    outdir: 'dist/exports',
    chunkNames: 'testing-[name]-[hash]',
    // A storage that a test brings along has its errors and digests from `berth-registry`: they must be of the same classes.
    external: [...EXTERNAL, './dist/domain/*'],
  });
  writeFileSync(join(ROOT, 'dist/exports/NOTICES'), notices(testing.metafile));
}

/** The licences of all packages whose code is in the bundle: nearly all of them ask for that. */
function notices({ inputs }: Metafile): string {
  const folders = Object.keys(inputs).map(
    (file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1],
  );
  const packages = [...new Set(folders)].filter((folder) => folder !== undefined).sort();
  return packages.map((folder) => notice(join(ROOT, folder))).join(`\n${'-'.repeat(80)}\n\n`);
}

function notice(folder: string): string {
  const { name, version, license } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as { name: string; version: string; license?: string };
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  if (license === undefined && files.length === 0) throw new Error(`${name} has no licence`);
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license ?? 'see below'})`, '', ...texts, ''].join('\n');
}

await main();
