/**
 * Puts the compiled server into few files: `dist/main.js`, and what it loads, in `dist/server`; and what test suites import, in
 * `dist/exports`.
 *
 * A start reads a dozen files instead of a thousand, in half the time (docs/decisions/0010-bundle.md). What programs import
 * besides stays as it was compiled. Run it behind `nest build`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { build, type Metafile, type Plugin } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '..');

/** Native code, and what Nest only looks for where a program has installed it. */
const EXTERNAL = [
  'bcrypt',
  '@nestjs/microservices',
  '@nestjs/microservices/*',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
];

/** Modules of the older kind ask for Node's own by `require`, which a module of this kind must make. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module';" +
  'const require = requireFrom(import.meta.url);';

/**
 * Takes class-validator's modules of the newer kind: of the older ones esbuild can leave nothing out, and a list of all
 * countries' telephone numbers would be a megabyte of the bundle.
 *
 * Nest asks for both packages by `require`, and only where a program validates: that stays outside.
 */
const VALIDATOR: Plugin = {
  name: 'class-validator',
  setup(bundle) {
    bundle.onResolve({ filter: /^class-(validator|transformer)$/ }, ({ kind, path }) =>
      kind === 'require-call' || kind === 'dynamic-import'
        ? { path, external: true }
        : { path: join(ROOT, 'node_modules', path, 'esm5/index.js'), sideEffects: false },
    );
  },
};

/** Packages that a host program shares with the registry in it: their classes and decorators must be the same. */
const OF_THE_HOST = [
  '@nestjs/common',
  '@nestjs/common/*',
  '@nestjs/core',
  '@nestjs/core/*',
  '@nestjs/platform-express',
  '@peculiar/x509',
  'express',
  'jose',
  'reflect-metadata',
  'rxjs',
  'rxjs/*',
  'tar',
  'yaml',
];

/** What all bundles are built with. */
const SHARED = {
  absWorkingDir: ROOT,
  allowOverwrite: true,
  bundle: true,
  splitting: true,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  plugins: [VALIDATOR] as Plugin[],
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
  const embedded = await build({
    ...SHARED,
    entryPoints: ['dist/exports/registry.js'],
    outdir: 'dist/exports',
    chunkNames: 'registry-[name]-[hash]',
    external: [...EXTERNAL, ...OF_THE_HOST, './dist/domain/*'],
  });
  const inputs = { ...testing.metafile.inputs, ...embedded.metafile.inputs };
  writeFileSync(join(ROOT, 'dist/exports/NOTICES'), notices({ inputs }));
}

/** The licences of all packages whose code is in the bundle: nearly all of them ask for that. */
function notices({ inputs }: Pick<Metafile, 'inputs'>): string {
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
