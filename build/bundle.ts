/**
 * Bundles the compiled code: `dist/main.js` and all entries of the package, which share the files in `dist/server`.
 *
 * A start then reads a few dozen files instead of a thousand, in half the time (docs/decisions/0010-bundle.md). An install
 * needs no package whose code is in the bundle (docs/decisions/0016-libraries.md). Run it after `nest build`.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { build, transformSync, type Metafile, type Plugin } from 'esbuild';

import { noticeOf, noticesOf } from './notices.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** Native code, and packages that Nest loads only if a program has installed them. */
const EXTERNAL = [
  'bcrypt',
  '@nestjs/microservices',
  '@nestjs/microservices/*',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
];

/** CommonJS code in the bundle calls `require` for Node's modules, which an ES module has to create. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module';" +
  'const require = requireFrom(import.meta.url);';

/**
 * Bundles the ES modules of class-validator and class-transformer.
 *
 * Unused code can be left out of ES modules only; the telephone numbers of all countries alone take
 * a megabyte. Nest's `require` of both packages, for programs that validate, stays external.
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

/** Packages that the registry shares with its host, because classes and decorators must be the host's. */
const OF_THE_HOST = [
  '@nestjs/common',
  '@nestjs/common/*',
  '@nestjs/core',
  '@nestjs/core/*',
  '@nestjs/platform-express',
  'express',
  'reflect-metadata',
  'rxjs',
  'rxjs/*',
];

/** Comes before every module: classes of Nest are decorated while they load, in whatever order the bundler has put them. */
const METADATA = join(ROOT, 'node_modules/reflect-metadata/Reflect.js');

/** The entries of the package that use the server's copy of Nest. */
const EXPORTS = ['dist/exports/testing.js', 'dist/exports/storage-contract.js'];

/** The options of both bundles. */
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

/**
 * Builds `berth-registry/testing` once more, for test runners that load modules of the older kind only, as jest does by default.
 *
 * It comes first, since the next run writes over the compiled modules.
 */
async function bundleForCommonJs(): Promise<void> {
  await build({
    ...SHARED,
    splitting: false,
    format: 'cjs',
    // It is a copy of nearly everything, which nobody reads here.
    minifyWhitespace: true,
    // Modules in the bundle create a `require` from their own URL, which CommonJS does not have.
    banner: { js: "const urlOfFile = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': 'urlOfFile' },
    inject: [METADATA],
    entryPoints: ['dist/exports/testing.js'],
    outfile: 'dist/exports/testing.cjs',
    external: EXTERNAL,
  });
}

async function main(): Promise<void> {
  copyPage();
  await bundleForCommonJs();
  const all = await build({
    ...SHARED,
    entryPoints: ['dist/main.js', ...EXPORTS, ...domainModules()],
    outbase: 'dist',
    outdir: 'dist',
    chunkNames: 'server/[name]-[hash]',
    inject: [METADATA],
    external: EXTERNAL,
  });
  packForeign(all.metafile);
  writeFileSync(
    join(ROOT, 'dist/server/NOTICES'),
    noticesOf(ROOT, Object.keys(all.metafile.inputs)),
  );
  const embedded = await build({
    ...SHARED,
    entryPoints: ['dist/exports/registry.js'],
    outdir: 'dist/exports',
    chunkNames: 'registry-[name]-[hash]',
    external: [...EXTERNAL, ...OF_THE_HOST, './dist/domain/*'],
  });
  packForeign(embedded.metafile);
  writeFileSync(
    join(ROOT, 'dist/exports/NOTICES'),
    noticesOf(ROOT, Object.keys(embedded.metafile.inputs)),
  );
  await bundleClient();
}

/** The share of a file's code that must come from packages before the file is packed. */
const FOREIGN_SHARE = 0.9;

/** Leaves white space and comments out of files that have nearly only code of packages: it takes a quarter of their size. */
function packForeign({ outputs }: Metafile): void {
  for (const [file, { inputs, bytes }] of Object.entries(outputs)) {
    const foreign = Object.entries(inputs)
      .filter(([path]) => path.startsWith('node_modules/'))
      .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
    if (!file.endsWith('.js') || foreign < FOREIGN_SHARE * bytes) continue;
    const path = join(ROOT, file);
    const { code } = transformSync(readFileSync(path, 'utf8'), {
      format: 'esm',
      target: SHARED.target,
      minifyWhitespace: true,
      // The notices of all packages are in a file of their own.
      legalComments: 'none',
    });
    writeFileSync(path, `${packagesIn(inputs)}${code}`);
  }
}

/** Returns a comment for each package of a file, in the form in which esbuild names the modules of the other files. */
function packagesIn(inputs: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(inputs).flatMap((path) => {
    const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
    return name === undefined ? [] : [name];
  });
  return [...new Set(names)].map((name) => `// node_modules/${name}\n`).join('');
}

/** Bundles `berth-registry/client`, which browsers can load as it is. */
async function bundleClient(): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    logLevel: 'warning',
    entryPoints: ['dist/exports/client.js'],
    outfile: 'dist/exports/client.js',
  });
}

/** Copies the component that shows the description of the API. */
function copyPage(): void {
  const target = join(ROOT, 'dist/page');
  mkdirSync(target, { recursive: true });
  const source = join(ROOT, 'node_modules/openapi-explorer');
  copyFileSync(
    join(source, 'dist/browser/openapi-explorer.min.js'),
    join(target, 'openapi-explorer.js'),
  );
  writeFileSync(join(target, 'NOTICES'), noticeOf(source));
}

/**
 * Returns the modules of the domain, which keep their paths.
 *
 * A program's own storage creates errors and digests with `berth-registry`, and the server and the
 * test registry must share their classes.
 */
function domainModules(): string[] {
  const files = readdirSync(join(ROOT, 'dist/domain')).filter((file) => file.endsWith('.js'));
  return files.map((file) => `dist/domain/${file}`);
}

await main();
