import { existsSync, linkSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type * as testing from '../src/exports/testing.ts';
import type * as SealModule from '../src/storage/filesystem/seal.ts';
import { PROJECT_ROOT } from '../test/support/server-process.ts';
import { hexOf } from './growth-store.ts';

// The built code.
const { Seal } = (await import(
  join(PROJECT_ROOT, 'dist/storage/filesystem/seal.js')
)) as typeof SealModule;

type Content = testing.ImageContent | testing.Content;

/** Writes into the directory of a store what pushes leave there, without syncing it. */
export class StoredContent {
  private readonly root: string;
  private readonly seal: SealModule.Seal;

  constructor(root: string) {
    this.root = root;
    for (let prefix = 0; prefix < 256; prefix++) {
      const folder = prefix.toString(16).padStart(2, '0');
      mkdirSync(join(root, 'blobs/sha256', folder), { recursive: true });
    }
    writeFileSync(join(root, 'format'), 'berth 1\n');
    this.seal = Seal.of(join(root, 'format'));
  }

  /** Makes the directories of a repository. Returns the path of theirs. */
  repository(name: string): string {
    const home = join(this.root, 'repositories', name.replaceAll('/', '+'));
    for (const folder of ['blobs/sha256', 'manifests/sha256', 'tags', 'usage', 'history']) {
      mkdirSync(join(home, folder), { recursive: true });
    }
    return home;
  }

  /** Adds content with everything that it names, unless the repository has it. */
  add(home: string, { config, layers, manifests, descriptor, bytes }: Content): void {
    for (const blob of config === undefined ? layers : [config, ...layers]) {
      this.addBlob(home, blob.digest, blob.bytes);
    }
    for (const child of manifests) this.add(home, child);
    this.write(join(home, 'manifests/sha256', hexOf(descriptor.digest)), bytes);
  }

  /** Adds a referrer with its entry in the list of its subject. */
  addReferrer(home: string, subject: string, content: Content): void {
    this.add(home, content);
    const { digest, ...rest } = content.descriptor;
    const folder = join(home, 'referrers', subject.replace(':', '-'));
    mkdirSync(folder, { recursive: true });
    const entry = { ...rest, digest, artifactType: 'application/spdx+json' };
    writeFileSync(join(folder, digest.replace(':', '-')), JSON.stringify(entry));
  }

  addTag(home: string, tag: string, record: string): void {
    writeFileSync(join(home, 'tags', tag), record);
  }

  private addBlob(home: string, digest: string, bytes: Uint8Array): void {
    const hex = hexOf(digest);
    const shared = join(this.root, 'blobs/sha256', hex.slice(0, 2), hex);
    const claim = join(home, 'blobs/sha256', hex);
    if (existsSync(claim)) return;
    if (!existsSync(shared)) this.write(shared, bytes);
    linkSync(shared, claim);
  }

  /** Seals the file, so that the server need not verify it. */
  private write(path: string, bytes: Uint8Array): void {
    writeFileSync(path, bytes);
    const time = this.seal.timeOf(Date.now(), bytes.byteLength);
    utimesSync(path, time, time);
  }
}
