/** Builds the console into `dist/console`: the shell, hashed files, and those files compressed beside them. Run it last. */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

import { build, type Plugin } from 'vite';

import { noticesOf } from './notices.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SOURCE = join(ROOT, 'console');
const TARGET = join(ROOT, 'dist/console');

/** Which files each page needs, for `npm run console:size`. It is not part of the package. */
const MANIFEST = join(ROOT, 'dist/console-files.json');

/** Sets the colour scheme by a file of its own in the head, since no inline script may run. */
const COLOUR_SCHEME: Plugin = {
  name: 'colour-scheme',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle }) {
      const file = Object.values(bundle ?? {}).find(({ fileName }) =>
        /colour-scheme/.test(fileName),
      );
      if (file === undefined) throw new Error('the script of the colour scheme was not emitted');
      // After `<base>`, to which its URL is relative.
      return [{ tag: 'script', attrs: { src: `./${file.fileName}` }, injectTo: 'head' }];
    },
  },
  buildStart() {
    const source = readFileSync(join(SOURCE, 'src/app/colour-scheme.js'), 'utf8');
    this.emitFile({ type: 'asset', name: 'colour-scheme.js', source });
  },
};

/** Collects the licences of all packages of the bundle. */
const NOTICES: Plugin = {
  name: 'notices',
  generateBundle() {
    const files = [...this.getModuleIds()].map((id) => relative(ROOT, id).split(sep).join('/'));
    const source = noticesOf(
      ROOT,
      files.filter((file) => file.startsWith('node_modules/')),
    );
    this.emitFile({ type: 'asset', fileName: 'NOTICES', source });
  },
};

async function main(): Promise<void> {
  await build({
    root: SOURCE,
    configFile: false,
    logLevel: 'warn',
    // The server writes `<base>` into each shell, so every URL is relative to it.
    base: './',
    html: { cspNonce: '__NONCE__' },
    plugins: [COLOUR_SCHEME, NOTICES],
    build: {
      outDir: TARGET,
      emptyOutDir: true,
      manifest: true,
      target: 'es2022',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      // `npm run console:size` watches the sizes.
      chunkSizeWarningLimit: 1_000,
      // A page that waits for twenty small files shows later than one that waits for two.
      cssCodeSplit: false,
      rolldownOptions: {
        // Each file of the kit says where it may run. In a page there is one place only.
        onLog(level, log, report) {
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
        },
        output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] } },
      },
    },
  });
  renameSync(join(TARGET, '.vite/manifest.json'), MANIFEST);
  rmSync(join(TARGET, '.vite'), { recursive: true });
  for (const name of readdirSync(join(TARGET, 'assets'))) compress(join(TARGET, 'assets', name));
}

/** Writes the compressed forms of a file beside it. The shell has none, because it differs in each answer. */
function compress(file: string): void {
  const bytes = readFileSync(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
}

await main();
