/** Prints how large the console is, and fails above the budgets of docs/decisions/0034-console-page.md. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const ROOT = resolve(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'dist/console');

const KIB = 1024;

/** A file of Vite's manifest, and the files that it loads. */
interface Entry {
  readonly file: string;
  readonly imports?: readonly string[];
}

/** A figure in bytes, and the most that it may be. */
interface Figure {
  readonly name: string;
  readonly bytes: number;
  readonly most: number;
}

function figures(): Figure[] {
  const files = filesIn(FOLDER);
  const gzipped = (paths: readonly string[]): number =>
    paths.reduce((sum, path) => sum + gzipSync(readFileSync(path), { level: 9 }).length, 0);
  return [
    { name: 'JavaScript', bytes: gzipped(files.filter(isScript)), most: 420 * KIB },
    { name: 'JavaScript of the first page', bytes: gzipped(firstPage()), most: 220 * KIB },
    {
      name: 'styles',
      bytes: gzipped(files.filter((path) => path.endsWith('.css'))),
      most: 60 * KIB,
    },
    {
      name: 'on the disk',
      bytes: files.reduce((sum, path) => sum + statSync(path).size, 0),
      most: 2.5 * KIB * KIB,
    },
  ];
}

const isScript = (path: string): boolean => path.endsWith('.js');

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Returns the scripts that are loaded before the first page shows. */
function firstPage(): string[] {
  const manifest = JSON.parse(
    readFileSync(join(ROOT, 'dist/console-files.json'), 'utf8'),
  ) as Record<string, Entry>;
  const needed = new Set<string>();
  const need = (name: string): void => {
    const entry = manifest[name];
    if (entry === undefined) throw new Error(`the build has no ${name}`);
    if (needed.has(entry.file)) return;
    needed.add(entry.file);
    entry.imports?.forEach(need);
  };
  need('index.html');
  const head = Object.values(manifest).filter(({ file }) => /\bhead-.*\.js$/.test(file));
  return [...needed, ...head.map(({ file }) => file)].map((file) => join(FOLDER, file));
}

const kib = (bytes: number): string => `${(bytes / KIB).toFixed(1)} KiB`;

for (const { name, bytes, most } of figures()) {
  const unit = name === 'on the disk' ? '' : ' gzip';
  console.log(`${name.padEnd(30)} ${kib(bytes).padStart(12)}${unit}, at most ${kib(most)}`);
  if (bytes > most) process.exitCode = 1;
}
if (process.exitCode === 1) console.log('The console is too large.');
