import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import { LAYERS, READS_FILES } from './support/layers.js';
import { sourceFacts } from './support/source-facts.js';

/** Node's modules that speak HTTP have no place in an adapter. */
const HTTP_MODULES = ['node:http', 'node:https', 'node:http2'];

/** The rules that the file at `path` (within src/, with slashes) breaks by saying `text`. */
function violations(path: string, text: string): string[] {
  const layer = layerOf(path);
  if (layer === undefined) return [`${path} is in no folder of the table`];
  const facts = sourceFacts(text);
  return [
    ...facts.imports
      .filter((name) => !mayImport(path, layer, name))
      .map((name) => `imports ${name}`),
    ...(facts.readsEnvironment && layer !== 'config' ? ['reads process.env'] : []),
    ...(facts.hasDefaultExport ? ['has a default export'] : []),
  ].map((broken) => `${path} ${broken}`);
}

/** The row of the table that a file belongs to: that of its own folder or of the nearest one above, if not src/ itself. */
function layerOf(path: string): string | undefined {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    if (Object.hasOwn(LAYERS, folder) && (folder !== '.' || !path.includes('/'))) return folder;
    if (folder === '.' || folder === '..' || folder.startsWith('/')) return undefined;
  }
}

function mayImport(path: string, layer: string, name: string): boolean {
  const { ours, packages } = LAYERS[layer] ?? { ours: [], packages: [] };
  if (name.startsWith('.')) {
    const target = layerOf(posix.join(posix.dirname(path), name));
    if (isService(path) && target?.startsWith('http/') === true) return false;
    return target === layer || (target !== undefined && ours.includes(target));
  }
  if (/^(node:)?fs(\/|$)/.test(name)) {
    return Object.keys(READS_FILES).some((place) => path.startsWith(place));
  }
  if (isService(path) && name === 'express') return false;
  if (isAdapter(layer) && HTTP_MODULES.includes(name)) return false;
  return packages.some((allowed) =>
    allowed.endsWith('*') ? name.startsWith(allowed.slice(0, -1)) : name === allowed,
  );
}

/** A service decides what happens. How that is asked for over HTTP is the controller's part. */
const isService = (path: string): boolean => path.endsWith('.service.ts');

const isAdapter = (layer: string): boolean => /^storage\/(filesystem|memory)/.test(layer);

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');

function sourceFiles(): string[] {
  return readdirSync(SOURCE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(SOURCE, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

describe('the architecture', () => {
  const files = sourceFiles();

  it('is that of the files in src/, each in a folder of the table', () => {
    expect(files).toContain('domain/digest.ts');
    expect(files.filter((path) => layerOf(path) === undefined)).toEqual([]);
  });

  it('is kept by every file', () => {
    const broken = files.flatMap((path) =>
      violations(path, readFileSync(join(SOURCE, path), 'utf8')),
    );

    expect(broken).toEqual([]);
  });

  it('has no exception that nobody needs', () => {
    const readers = files.filter((path) =>
      sourceFacts(readFileSync(join(SOURCE, path), 'utf8')).imports.some((name) =>
        name.startsWith('node:fs'),
      ),
    );
    const unused = Object.keys(READS_FILES).filter(
      (place) => !readers.some((path) => path.startsWith(place)),
    );

    expect(unused).toEqual([]);
  });
});

describe('the check of the architecture', () => {
  it.each([
    ['domain/digest.ts', "import { createHash } from 'node:crypto';"],
    ['domain/manifest.ts', "import { Digest } from './digest.js';"],
    ['storage/ports/blob-store.ts', "import { Digest } from '../../domain/digest.js';"],
    ['storage/filesystem/layout.ts', "import { open } from 'node:fs/promises';"],
    ['storage/memory/blob-store.ts', "import { BlobStore } from '../ports/blob-store.js';"],
    [
      'oci/blobs/blobs.service.ts',
      "import { BlobStore } from '../../storage/ports/blob-store.js';",
    ],
    ['oci/tags/tags.controller.ts', "import '../../http/oci/send.js';"],
    ['oci/blobs/blobs.module.ts', "import { BlobsService } from './blobs.service.js';"],
    ['app/app.module.ts', "import { BlobsModule } from '../oci/blobs/blobs.module.js';"],
    ['config/environment.ts', 'export const port = process.env.PORT;'],
    ['http/oci/send.ts', '// process.env, export default: words in comments and texts are no code'],
    ['http/oci/send.ts', 'const text = "import x from \'node:fs\'; process.env";'],
    ['http/oci/send.ts', 'process.exitCode = 1;'],
  ])('lets %s say %s', (path, text) => {
    expect(violations(path, text)).toEqual([]);
  });

  it.each([
    ['domain/digest.ts', "import { open } from 'node:fs';", 'node:fs'],
    ['domain/digest.ts', "import { open } from 'fs';", 'fs'],
    ['domain/digest.ts', "import { Injectable } from '@nestjs/common';", '@nestjs/common'],
    ['domain/digest.ts', "import '../http/oci/send.js';", '../http/oci/send.js'],
    ['domain/digest.ts', "import type { X } from '../config/settings.js';", '../config'],
    ['domain/digest.ts', "export * from '../http/oci/send.js';", '../http/oci/send.js'],
    ['domain/digest.ts', "export { x } from '../storage/ports/storage.js';", '../storage'],
    ['domain/digest.ts', "const x = await import('../http/oci/send.js');", '../http/oci/send.js'],
    ['domain/digest.ts', "type X = import('../http/oci/send.js').X;", '../http/oci/send.js'],
    ['domain/digest.ts', "import fs = require('node:fs');", 'node:fs'],
    ['domain/digest.ts', "const fs = process.getBuiltinModule('node:fs');", 'node:fs'],
    ['domain/digest.ts', 'const x = await import(name);', '(computed)'],
    ['config/settings.ts', "import { Digest } from '../domain/digest.js';", '../domain'],
    ['storage/ports/storage.ts', "import '../memory/memory-storage.js';", '../memory'],
    ['storage/ports/storage.ts', "import { Injectable } from '@nestjs/common';", '@nestjs'],
    ['storage/memory/x.ts', "import '../filesystem/layout.js';", '../filesystem'],
    ['storage/filesystem/x.ts', "import '../memory/sorted.js';", '../memory'],
    ['storage/filesystem/x.ts', "import { Injectable } from '@nestjs/common';", '@nestjs'],
    ['storage/filesystem/x.ts', "import { request } from 'node:http';", 'node:http'],
    ['storage/filesystem/x.ts', "import '../../http/oci/send.js';", '../../http'],
    ['storage/memory/x.ts', "import { open } from 'node:fs/promises';", 'node:fs/promises'],
    ['http/oci/send.ts', "import '../../oci/blobs/blobs.service.js';", '../oci/blobs'],
    ['http/oci/send.ts', "import { readFile } from 'node:fs/promises';", 'node:fs/promises'],
    ['http/oci/send.ts', "import '../../storage/memory/memory-storage.js';", '../storage/memory'],
    ['oci/blobs/blobs.service.ts', "import '../../uploads/uploads.service.js';", '../uploads'],
    ['oci/tags/tags.service.ts', "import '../../http/oci/pagination.js';", '../http/oci'],
    ['oci/tags/tags.service.ts', "import { type Request } from 'express';", 'express'],
    ['oci/tags/deep/down/x.ts', "import '../../../manifests/manifests.service.js';", 'manifests'],
    [
      'transfer/seed/seed.ts',
      "import '../../oci/manifests/manifests.service.js';",
      '../oci/manifests',
    ],
    ['oci/blobs/blobs.service.ts', "import '../../storage/open-storage.js';", '../storage'],
    ['oci/blobs/blobs.service.ts', "import '../../app/app.module.js';", '../app/app.module.js'],
    ['oci/blobs/blobs.service.ts', "import '../../../test/support/registry.js';", '../../test'],
    ['oci/blobs/blobs.service.ts', "import { unknown } from 'left-pad';", 'left-pad'],
    ['http/oci/send.ts', 'const x = process.env.HOME;', 'process.env'],
    ['http/oci/send.ts', "const x = process['env'];", 'process.env'],
    ['http/oci/send.ts', 'const { env } = process;', 'process.env'],
    ['http/oci/send.ts', 'const x = globalThis.process.env;', 'process.env'],
    ['http/oci/send.ts', "import { env } from 'node:process';", 'process.env'],
    ['http/oci/send.ts', 'export default function send() {}', 'default export'],
    ['http/oci/send.ts', 'export default class {}', 'default export'],
    ['http/oci/send.ts', 'export default 5;', 'default export'],
    ['http/oci/send.ts', 'const x = 5; export { x as default };', 'default export'],
    ['http/oci/send.ts', "export { default } from './other.js';", 'default export'],
    ['utils/strings.ts', '', 'no folder of the table'],
  ])('catches %s with %s', (path, text, expected) => {
    const broken = violations(path, text);

    expect(broken).toHaveLength(1);
    expect(broken[0]).toContain(expected);
  });
});
