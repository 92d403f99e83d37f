import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/** The encodings that a build may have stored beside a file, the shorter one first, and how their names end. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

export type Encoding = (typeof ENCODINGS)[number][0];

/** The media types of what a build of the console writes. The licences have no ending. */
const TYPES: Readonly<Record<string, string>> = {
  '': 'text/plain; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** The folder of the files whose names have a hash of their content, as Vite calls it. */
export const HASHED = 'assets/';

/** One file of the console. */
export interface ConsoleFile {
  readonly type: string;
  /** Whether another content would have another name. */
  readonly hashed: boolean;
  /** The encodings in which the build stored it, besides itself, the shorter one first. */
  readonly encodings: readonly Encoding[];
  /** Resolves to the bytes in an encoding, or as they are. */
  read(encoding: Encoding | undefined): Promise<Buffer>;
}

/** The console as a build wrote it. */
export interface BuiltConsole {
  /** The page that each path of the console shows, with its places still to be filled. */
  readonly shell: string;
  /** Every other file by its path, such as `assets/index-Ab3dEf9_.js`. */
  readonly files: ReadonlyMap<string, ConsoleFile>;
}

/** Resolves to the console in `folder`, or to `undefined` if no build has written it. Only files that exist now are served. */
export async function readConsole(folder: string): Promise<BuiltConsole | undefined> {
  const paths = await pathsIn(folder);
  if (!paths.has(SHELL)) return undefined;
  const files = [...paths].filter((path) => path !== SHELL && !isEncoded(path, paths));
  return {
    shell: await readFile(join(folder, SHELL), 'utf8'),
    files: new Map(files.map((path) => [path, fileAt(folder, path, paths)])),
  };
}

const SHELL = 'index.html';

async function pathsIn(folder: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  return new Set(
    files.map(({ parentPath, name }) =>
      relative(folder, join(parentPath, name)).split(sep).join('/'),
    ),
  );
}

/** Whether a file is another one in an encoding. */
function isEncoded(path: string, all: ReadonlySet<string>): boolean {
  return ENCODINGS.some(([, end]) => path.endsWith(end) && all.has(path.slice(0, -end.length)));
}

function fileAt(folder: string, path: string, all: ReadonlySet<string>): ConsoleFile {
  const stored = ENCODINGS.filter(([, end]) => all.has(path + end));
  return {
    type: TYPES[extname(path)] ?? 'application/octet-stream',
    hashed: path.startsWith(HASHED),
    encodings: stored.map(([encoding]) => encoding),
    read: (encoding) => {
      const [, end = ''] = stored.find(([one]) => one === encoding) ?? [];
      return readFile(join(folder, path + end));
    },
  };
}
