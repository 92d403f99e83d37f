import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { posix } from 'node:path';

import { Parser, type ReadEntry } from 'tar';

import { unreadable, type ArchivedFile, type FileVisitor, type ImageFiles } from './image-files.js';

/** A tar file, compressed or not. Each call reads it from the beginning; it is never unpacked to disk. */
export class TarFiles implements ImageFiles {
  constructor(readonly name: string) {}

  async list(): Promise<ReadonlyMap<string, ArchivedFile>> {
    const files = new Map<string, ArchivedFile>();
    await this.read((entry) => {
      const file = describe(entry);
      if (file !== undefined) files.set(posix.normalize(entry.path), file);
      entry.resume();
    });
    return files;
  }

  async visit(wanted: ReadonlySet<string>, visitor: FileVisitor): Promise<void> {
    const visits: Promise<void>[] = [];
    // The parser continues after an entry was read to its end, so the visits do not overlap.
    await this.read((entry) => {
      const path = posix.normalize(entry.path);
      if (describe(entry) === undefined || !wanted.has(path)) {
        entry.resume();
        return;
      }
      const visit = visitor(path, entry as AsyncIterable<Uint8Array>);
      visits.push(visit);
      visit.catch(() => entry.resume());
    });
    await Promise.all(visits);
  }

  private async read(onReadEntry: (entry: ReadEntry) => void): Promise<void> {
    const parser = new Parser({ file: this.name, strict: true, onReadEntry });
    const ended = once(parser, 'end');
    // The promise is awaited only at the end. An earlier rejection must not be reported as unhandled.
    ended.catch(() => undefined);
    try {
      for await (const chunk of createReadStream(this.name)) {
        if (!parser.write(chunk as Buffer)) await Promise.race([once(parser, 'drain'), ended]);
      }
      parser.end();
      await ended;
    } catch (cause) {
      throw unreadable(this.name, cause);
    }
  }
}

const FILES: readonly string[] = ['File', 'OldFile', 'ContiguousFile'];

function describe({ type, path, linkpath = '' }: ReadEntry): ArchivedFile | undefined {
  if (FILES.includes(type)) return {};
  if (type === 'Link') return { linkTo: posix.normalize(linkpath) };
  if (type === 'SymbolicLink') return { linkTo: posix.join(posix.dirname(path), linkpath) };
  return undefined;
}
