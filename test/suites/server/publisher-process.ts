/**
 * Publishes manifests under one tag of a store on disk, and reports the tags that each publication
 * moved.
 *
 * Runs as one of several child processes: it waits for `{ store, tag, count }`, and sends one
 * message for each publication.
 */
import { join } from 'node:path';

import type * as contract from '../../../src/storage/contract/fixtures.ts';
import type * as filesystem from '../../../src/storage/filesystem/filesystem-storage.ts';

export interface Task {
  readonly store: string;
  readonly tag: string;
  readonly count: number;
}

export interface Published {
  readonly digest: string;
  readonly left: string | undefined;
}

const dist = join(import.meta.dirname, '../../../dist');
const { buildIndex, publicationOf, repo } = (await import(
  join(dist, 'storage/contract/fixtures.js')
)) as typeof contract;
const { openFilesystemStorage } = (await import(
  join(dist, 'storage/filesystem/filesystem-storage.js')
)) as typeof filesystem;

process.once('message', ({ store, tag, count }: Task) => {
  const storage = openFilesystemStorage({ path: store });
  const publish = async (): Promise<void> => {
    const index = buildIndex();
    const publication = publicationOf(index.bytes, { tags: [tag] });
    const { moved } = await storage.manifests.publish(repo('team/app'), publication);
    const [{ from } = { from: undefined }] = moved;
    const left = from === undefined ? undefined : `${from}`;
    process.send?.({ digest: `${index.digest}`, left } satisfies Published);
  };
  void Promise.all(Array.from({ length: count }, publish)).then(() => process.disconnect());
});
process.send?.('ready');
