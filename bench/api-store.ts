import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type * as testing from '../src/exports/testing.ts';
import { PROJECT_ROOT } from '../test/support/server-process.ts';
import { digestOf, hexOf, SharedFiles, sixDigits } from './growth-store.ts';
import { StoredContent } from './stored-content.ts';

// The built code.
const { artifact, image, index } = (await import(
  join(PROJECT_ROOT, 'dist/exports/testing.js')
)) as typeof testing;

/** The repository with many tags. */
export const BIG = 'big/app';

/** Every tenth tag is an index. It also has a history, of this many earlier states. */
const TENTH = 10;
const CHANGES = 99;
/** How many manifests of the big repository have no tag, and how many referrers its first manifest has. */
const UNTAGGED = 100;
const REFERRERS = 20;

/** On how many days each repository was pulled. */
const PULLED_DAYS = 30;
const DAY_MS = 86_400_000;

export interface ApiStoreSize {
  readonly repositories: number;
  readonly tags: number;
  readonly blobs: number;
}

export interface StoredTag {
  readonly tag: string;
  readonly digest: string;
  /** An image of the index, or the image itself. */
  readonly image: string;
  /** The config of that image. */
  readonly config: string;
}

/**
 * Writes a store with the repository `big/app`, whose tags each have a manifest of their own, and repositories `many/r000000` and up,
 * between which the blobs are divided. Resolves to the tags of the big one.
 *
 * Images are as if pushed. The other blobs are links to a few files, and their names are not their digests.
 */
export async function buildApiStore(root: string, size: ApiStoreSize): Promise<StoredTag[]> {
  mkdirSync(join(root, 'spare'), { recursive: true });
  const store = new StoredContent(root);
  const tags = addBigRepository(store, size.tags);
  const files = new SharedFiles(join(root, 'spare'));
  for (let at = 0; at < size.repositories; at++) addManyRepository(store, at);
  for (let at = 0; at < size.blobs; at++) {
    const name = `many+r${sixDigits(at % size.repositories)}`;
    const hex = hexOf(digestOf(`blob ${at}`));
    files.link('a blob', join(root, 'blobs/sha256', hex.slice(0, 2), hex));
    files.link('a blob', join(root, 'repositories', name, 'blobs/sha256', hex));
  }
  // Berth does not cache directories that changed a moment ago.
  await sleep(1_500);
  return tags;
}

/** Prepares repositories with as many tags and blobs as `tags`, which no server sees before `reveal`. */
export class FreshRepositories {
  private readonly root: string;

  constructor(root: string, count: number, tags: number) {
    this.root = root;
    const store = new StoredContent(root);
    const files = new SharedFiles(mkdtempSync(join(root, 'spare/fresh-')));
    for (let at = 0; at < count; at++) {
      // No repository can have the name of this directory. One is left if an earlier run on the same store did not need it.
      rmSync(join(root, 'repositories', hiddenName(at)), { recursive: true, force: true });
      const home = store.repository(hiddenName(at));
      const content = image();
      store.add(home, content);
      for (let tag = 0; tag < tags; tag++) {
        files.link(recordOf(content, 0), join(home, 'tags', `t${sixDigits(tag)}`));
        files.link('a blob', join(home, 'blobs/sha256', hexOf(digestOf(`fresh ${tag}`))));
      }
    }
  }

  /** Moves a repository into the store. Returns its name. */
  reveal(at: number): string {
    const parent = join(this.root, 'repositories');
    const name = `fresh/r${at}`;
    rmSync(join(parent, fileOf(name)), { recursive: true, force: true });
    renameSync(join(parent, hiddenName(at)), join(parent, fileOf(name)));
    return name;
  }
}

function hiddenName(at: number): string {
  return `~fresh${at}`;
}

function fileOf(repository: string): string {
  return repository.replaceAll('/', '+');
}

function addBigRepository(store: StoredContent, count: number): StoredTag[] {
  const home = store.repository(BIG);
  const tags: StoredTag[] = [];
  for (let at = 0; at < count; at++) {
    const single = numbered(at, 'amd64');
    const content = at % TENTH === 0 ? index([single, numbered(at, 'arm64')]) : single;
    const tag = `t${sixDigits(at)}`;
    store.add(home, content);
    store.addTag(home, tag, recordOf(content, at));
    if (at % TENTH === 0) writeFileSync(join(home, 'history', tag), historyOf(content));
    const { config, descriptor } = single;
    tags.push({
      tag,
      digest: content.descriptor.digest,
      image: descriptor.digest,
      config: config.digest,
    });
  }
  const [first] = tags;
  for (let at = 0; at < UNTAGGED; at++) store.add(home, numbered(at, 's390x'));
  for (let at = 0; at < REFERRERS && first !== undefined; at++) {
    const subject = { ...numbered(0, 'amd64').descriptor };
    const files = { 'sbom.json': `{"number":${at}}` };
    store.addReferrer(
      home,
      first.image,
      artifact({ type: 'application/spdx+json', subject, files }),
    );
  }
  writeFileSync(join(home, 'usage/total.json'), usageOf(tags));
  writeFileSync(join(home, 'usage/days.json'), daysOf(0));
  return tags;
}

function addManyRepository(store: StoredContent, at: number): void {
  const home = store.repository(`many/r${sixDigits(at)}`);
  const content = numbered(Math.floor(at / 1_000), 'amd64');
  store.add(home, content);
  store.addTag(home, 'latest', recordOf(content, at));
  writeFileSync(join(home, 'usage/days.json'), daysOf(at));
}

function numbered(at: number, architecture: string): testing.ImageContent {
  return image({
    layers: [{ 'etc/release': 'base\n' }, { 'app/number.txt': `image ${at} of ${architecture}\n` }],
    config: {
      Env: ['PATH=/usr/bin:/bin', `NUMBER=${at}`],
      Cmd: ['/app/run'],
      Labels: { at: `${at}` },
    },
    platform: { os: 'linux', architecture },
  });
}

function recordOf({ descriptor }: testing.Content, at: number): string {
  const { digest, mediaType, size } = descriptor;
  const pushedAt = new Date(Date.UTC(2026, 0, 1) + ((at * 7_919) % 100_000) * 60_000);
  return JSON.stringify({ digest, mediaType, size, pushedAt, by: 'alice', push: nonceOf(at) });
}

function historyOf(content: testing.Content): string {
  const lines = Array.from({ length: CHANGES }, (_, at) => recordOf(content, 100_000 + at));
  return `${lines.join('\n')}\n`;
}

function usageOf(tags: readonly StoredTag[]): string {
  const usage = tags.map(({ digest }, at) => [
    digest,
    { pulls: at, lastPulledAt: new Date(Date.UTC(2026, 5, 1) + at * 1_000) },
  ]);
  return JSON.stringify({ folded: [], usage: Object.fromEntries(usage) as object });
}

/** Returns the record of a repository that was pulled on each of the last days. */
function daysOf(at: number): string {
  const days = Array.from({ length: PULLED_DAYS }, (_, ago) => [
    new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10),
    ((at + ago) * 7_919) % 100,
  ]);
  return JSON.stringify({ folded: [], days: Object.fromEntries(days) as object });
}

function nonceOf(at: number): string {
  return `nonce${String(at).padStart(7, '0')}`;
}
