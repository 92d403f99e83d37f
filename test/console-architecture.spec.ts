import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import { CONSOLE_LAYERS } from './support/layers.js';
import { sourceFacts } from './support/source-facts.js';

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), '..', 'console/src');

/** The only part of the registry that the console knows. */
const CLIENT = '../src/api/client';

/** The rules that the file at `path` (within console/src/, with slashes) breaks by saying `text`. */
function violations(path: string, text: string): string[] {
  const { imports, hasDefaultExport } = sourceFacts(text, path);
  return [
    ...imports.filter((name) => !mayImport(path, name)).map((name) => `imports ${name}`),
    ...(hasDefaultExport ? ['has a default export'] : []),
  ].map((broken) => `${path} ${broken}`);
}

function mayImport(path: string, name: string): boolean {
  const layer = CONSOLE_LAYERS[layerOf(path)];
  if (layer === undefined) return false;
  if (!name.startsWith('.')) {
    return layer.packages.some((allowed) =>
      allowed.endsWith('*') ? name.startsWith(allowed.slice(0, -1)) : name === allowed,
    );
  }
  // `console/src` is two folders below the root.
  const target = posix.join('src', posix.dirname(path), name);
  if (target.startsWith('../')) return layerOf(path) === 'api' && posix.dirname(target) === CLIENT;
  const within = target.slice('src/'.length);
  return folderOf(within) === folderOf(path) || layer.ours.includes(layerOf(within));
}

const layerOf = (path: string): string => path.split('/')[0] ?? '';

/** The folder within which files may import each other: each page is one of its own. */
function folderOf(path: string): string {
  return layerOf(path) === 'pages' ? path.split('/').slice(0, 2).join('/') : layerOf(path);
}

function sourceFiles(): string[] {
  return readdirSync(SOURCE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(SOURCE, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

describe('the architecture of the console', () => {
  const files = sourceFiles();

  it('is kept by every file', () => {
    expect(files).toContain('app/main.tsx');
    const broken = files.flatMap((path) =>
      violations(path, readFileSync(join(SOURCE, path), 'utf8')),
    );

    expect(broken).toEqual([]);
  });

  it.each([
    ['api/client.ts', "import '../../../src/api/client/berth-client.js';"],
    ['parts/bytes.tsx', "import { api } from '../api/client.js';"],
    ['pages/live/live-page.tsx', "import { Row } from './row.js';"],
    ['pages/live/row.tsx', "import { Group } from '@mantine/core';"],
    ['app/pages.ts', "const page = () => import('../pages/live/live-page.js');"],
  ])('lets %s say %s', (path, text) => {
    expect(violations(path, text)).toEqual([]);
  });

  it.each([
    ['api/client.ts', "import '../../../src/domain/digest.js';", 'src/domain'],
    ['parts/bytes.tsx', "import '../../../src/api/client/schema.js';", 'src/api/client'],
    ['api/client.ts', "import { Bytes } from '../parts/bytes.js';", '../parts'],
    ['parts/bytes.tsx', "import { PAGES } from '../app/pages.js';", '../app'],
    ['pages/live/live-page.tsx', "import '../storage/storage-page.js';", '../storage'],
    ['pages/live/live-page.tsx', "import { Shell } from '../../app/shell.js';", '../../app'],
    ['pages/live/live-page.tsx', "import { sum } from 'lodash';", 'lodash'],
    ['app/app.tsx', 'export default function App() { return <p>Hi</p>; }', 'default export'],
  ])('catches %s with %s', (path, text, expected) => {
    const broken = violations(path, text);

    expect(broken).toHaveLength(1);
    expect(broken[0]).toContain(expected);
  });
});
