import { type Settings } from '../config/settings.js';
import { Digest } from '../domain/digest.js';
import { tryParseRepositoryName, type RepositoryName } from '../domain/repository-name.js';
import { collectionOptions } from '../upkeep/gc/collection-options.js';
import { Collection, type Gone } from '../upkeep/gc/collection.js';
import { Collector } from '../upkeep/gc/collector.js';
import { explain, type Explanation } from '../upkeep/gc/explain.js';
import { withCollectorLease, type Turn } from '../upkeep/gc/collector-lease.js';
import { type Storage } from '../storage/ports/storage.js';
import { formatBytes, withStorage } from './open-offline.js';
import { PlainFailure } from './plain-failure.js';

type Print = (line: string) => void;

const OTHERS_TURN =
  'another collection is under way on this storage: try again when it has ended (two minutes after it was killed, if it was)';

/** Why things of each kind go. */
const RULES: Readonly<Record<Gone['kind'], string>> = {
  manifests: 'manifest that no tag leads to',
  referrers: 'entry of a referrer that is gone',
  blobs: 'blob that no manifest names',
  uploads: 'upload that was given up',
  content: 'content that no repository claims',
};

/** `berth gc`: collects now, or tells what would be collected. */
export function collectNow(settings: Settings, dryRun: boolean, print: Print): Promise<void> {
  return withStorage(settings, async (storage) => {
    const collection = new Collection(storage, collectionOptions(settings.gc));
    if (dryRun) return tell(collection.preview(), 'would collect', print);
    const work = (turn: Turn) => tell(collection.run(turn), 'collected', print);
    if (!(await withCollectorLease(storage.garbage, 0, work))) throw new PlainFailure(OTHERS_TURN);
  });
}

async function tell(all: AsyncIterable<Gone>, did: string, print: Print): Promise<void> {
  let [things, freed] = [0, 0];
  for await (const gone of all) {
    print(lineOf(gone));
    things++;
    freed += gone.freed;
  }
  print(`${did} ${things} things and free ${formatBytes(freed)}`);
}

/** `berth why DIGEST`: what keeps it, in each repository that has it. @throws PlainFailure */
export function why(settings: Settings, text: string, print: Print): Promise<void> {
  const digest = Digest.tryParse(text);
  if (digest === undefined) throw new PlainFailure(`${text} is not a sha256 or sha512 digest`);
  return withStorage(settings, async (storage) => {
    const options = collectionOptions(settings.gc);
    let found = false;
    for await (const explanation of explain(storage, digest, options)) {
      found = true;
      print(sentenceOf(explanation, options.graceMs));
    }
    if (!found) print(`no repository has ${digest}`);
  });
}

/** `berth rm REPOSITORY`: removes its tags, its manifests, and what only they named. @throws PlainFailure */
export function removeRepository(settings: Settings, text: string, print: Print): Promise<void> {
  const repository = tryParseRepositoryName(text);
  if (repository === undefined) throw new PlainFailure(`${text} is not the name of a repository`);
  return withStorage(settings, async (storage) => {
    if (!(await storage.catalog.has(repository))) throw new PlainFailure(`no repository ${text}`);
    let removed = 0;
    for await (const digest of storage.manifests.digests(repository)) {
      if (await storage.manifests.remove(repository, digest)) removed++;
    }
    const collected = await withCollectorLease(storage.garbage, 0, async (turn) => {
      const freed = await collectAll(storage, repository, turn);
      print(`removed ${repository}: ${removed} manifests, ${formatBytes(freed)} freed`);
    });
    if (collected) return;
    print(
      `removed ${repository}: ${removed} manifests; a collection is under way: what they named goes with the next one`,
    );
  });
}

async function collectAll(
  storage: Storage,
  repository: RepositoryName,
  turn: Turn,
): Promise<number> {
  // Ahead, so that what was written a moment ago is old, and empty directories are not kept for another use.
  const now = () => Date.now() + 10_000;
  const collector = new Collector(storage, { graceMs: 0, keepUntagged: false, now });
  let freed = 0;
  for await (const gone of collector.collect(repository, turn)) freed += gone.freed;
  return freed;
}

function lineOf(gone: Gone): string {
  if (gone.kind === 'content') return `${formatBytes(gone.freed)} of ${RULES.content}`;
  const what = gone.kind === 'uploads' ? gone.id : gone.digest.toString();
  const size = `${formatBytes(gone.size)}, frees ${formatBytes(gone.freed)}`;
  return `${gone.repository} ${what}: ${RULES[gone.kind]} (${size})`;
}

function sentenceOf({ repository, kind, chain, lastUsed }: Explanation, graceMs: number): string {
  if (chain.length > 0) return `${repository}: ${chain.join(' → ')}`;
  const thing = kind === 'blobs' ? 'blob' : 'manifest';
  const used = new Date(lastUsed).toISOString();
  const until = new Date(lastUsed + graceMs).toISOString();
  return `${repository}: unreferenced ${thing}; last used ${used}, deleted by the first collection after ${until}`;
}
