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

/** Adds the script of the head. It is a file of its own, since no inline script may run. */
const HEAD: Plugin = {
  name: 'head',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle }) {
      const file = Object.values(bundle ?? {}).find(({ fileName }) => HEAD_FILE.test(fileName));
      if (file === undefined) throw new Error('the script of the head was not emitted');
      const script = `<script src="./${file.fileName}" nonce="__NONCE__"></script>`;
      // After `<base>`, to which its URL is relative, and before the styles, which it would wait for.
      const filled = html.replace(/<base .*?>/, (base) => `${base}\n    ${script}`);
      if (filled === html) throw new Error('the page has no place for the script of its head');
      return filled;
    },
  },
  buildStart() {
    const source = readFileSync(join(SOURCE, 'src/app/head.js'), 'utf8');
    this.emitFile({ type: 'asset', name: 'head.js', source });
  },
};

const HEAD_FILE = /\bhead-.*\.js$/;

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
    plugins: [HEAD, NOTICES],
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
