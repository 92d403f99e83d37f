import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** The shell of a built console, with the two places that the registry fills. */
const SHELL = `<!doctype html>
<html lang="en">
<head>
<base href="__BASE__">
<meta name="csp-nonce" content="__NONCE__">
<style nonce="__NONCE__">body { margin: 0 }</style>
<script type="module" src="assets/index-Ab3dEf9_.js"></script>
</head>
<body><div id="root"></div></body>
</html>
`;

/** The code of a built console, long enough that its compressed forms differ in length. */
export const SCRIPT = `console.log(${JSON.stringify('berth '.repeat(200))});\n`;

/** Writes the files of a small built console. Resolves to their folder, which the test removes. */
export async function builtConsole(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-console-'));
  const files: Readonly<Record<string, string | Buffer>> = {
    'index.html': SHELL,
    'assets/index-Ab3dEf9_.js': SCRIPT,
    'assets/index-Ab3dEf9_.js.br': brotliCompressSync(SCRIPT),
    'assets/index-Ab3dEf9_.js.gz': gzipSync(SCRIPT),
    'assets/plain-Xy12Zw34.css': 'body { color: black }\n',
    NOTICES: 'The licences of what is in the console.\n',
    'icons.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}
