import { type Settings } from '../config/settings.js';
import { auditCommand } from '../observe/audit/command-audit.js';
import { Digest } from '../domain/digest.js';
import { tryParseRepositoryName, type RepositoryName } from '../domain/repository-name.js';
import { collectionRules } from '../upkeep/gc/collection-rules.js';
import { RunningPass } from '../upkeep/gc/running-pass.js';
import { saveSnapshot } from '../upkeep/gc/save-snapshot.js';
import { withCollectorLease } from '../upkeep/gc/with-lease.js';
import { type Collected, type Collector, type Explanation } from '../storage/ports/collector.js';
import { type Lease } from '../storage/ports/lease.js';
import { type Storage } from '../storage/ports/storage.js';
import { removeContent } from '../storage/protocol/remove-content.js';
import { formatBytes } from '../log/format-bytes.js';
import { withStorage } from './open-offline.js';
import { PlainFailure } from './plain-failure.js';

type Print = (line: string) => void;

const READ_ONLY =
  'the storage is read-only, so nothing is collected: run "berth read-only off" first';

const COLLECTION_RUNNING =
  'another collection runs on this storage: try again after it, or two minutes after it was killed';

/** Why an item of each kind is collected. */
const REASONS: Readonly<Record<Collected['kind'], string>> = {
  manifests: 'manifest that no tag reaches',
  referrers: 'entry of a deleted referrer',
  blobs: 'blob that no manifest references',
  uploads: 'expired upload',
  content: 'content that no repository claims',
};

/** `berth gc`: collects now, or with `dryRun` lists what would be collected. */
export function collectNow(settings: Settings, dryRun: boolean, print: Print): Promise<void> {
  return withStorage(settings, async (storage) => {
    const collector = collectorOf(storage);
    const rules = { ...collectionRules(settings.gc), thorough: true };
    if (dryRun) return report(collector.preview(rules), 'would collect', print);
    if ((await storage.readOnly?.isOn()) === true) throw new PlainFailure(READ_ONLY);
    const work = async (lease: Pick<Lease, 'holds'>) => {
      const pass = new RunningPass();
      await report(pass.keep(collector.collect(rules, lease)), 'collected', print);
      if (pass.totals !== undefined && lease.holds) await saveSnapshot(storage, pass.totals);
      await storage.usage.fold(lease);
    };
    if (!(await withCollectorLease(storage, 0, work))) throw new PlainFailure(COLLECTION_RUNNING);
    await auditCommand(settings.log, 'gc', storage.description);
  });
}

function collectorOf({ collector, description }: Storage): Collector {
  if (collector !== undefined) return collector;
  throw new PlainFailure(`nothing is ever collected from this storage: ${description}`);
}

async function report(all: AsyncIterable<Collected>, did: string, print: Print): Promise<void> {
  let [items, freed] = [0, 0];
  for await (const collected of all) {
    print(lineOf(collected));
    items++;
    freed += collected.freed;
  }
  print(`${did} ${items} ${items === 1 ? 'item' : 'items'}, ${formatBytes(freed)}`);
}

/** `berth why DIGEST`: prints what keeps the content in each repository that has it. @throws PlainFailure */
export function why(settings: Settings, text: string, print: Print): Promise<void> {
  const digest = Digest.tryParse(text);
  if (digest === undefined) throw new PlainFailure(`${text} is not a sha256 or sha512 digest`);
  return withStorage(settings, async (storage) => {
    const rules = collectionRules(settings.gc);
    let found = false;
    for await (const explanation of collectorOf(storage).explain(digest, rules)) {
      found = true;
      for (const line of linesOf(explanation, rules.graceMs)) print(line);
    }
    if (!found) print(`no repository has ${digest}`);
  });
}

/** A repository that was removed from a storage. */
export interface RemovedNow {
  readonly repository: string;
  readonly manifests: number;
  /** Absent if another collection is running, which frees the bytes later. */
  readonly freedBytes?: number;
}

/**
 * `berth rm REPOSITORY` on a storage: deletes its tags, its manifests, and the blobs that only they reference.
 * @throws PlainFailure
 */
export async function removeNow(settings: Settings, text: string): Promise<RemovedNow> {
  const repository = tryParseRepositoryName(text);
  if (repository === undefined) throw new PlainFailure(`${text} is not a valid repository name`);
  return withStorage(settings, async (storage) => {
    if (!(await storage.catalog.has(repository))) throw new PlainFailure(`no repository ${text}`);
    const manifests = await removeContent(storage, repository);
    await auditCommand(settings.log, 'repository-removed', repository);
    let freedBytes: number | undefined;
    await withCollectorLease(storage, 0, async (lease) => {
      freedBytes = await collectAll(storage, repository, lease);
    });
    return { repository, manifests, ...(freedBytes !== undefined && { freedBytes }) };
  });
}

/** Returns a removal as a sentence. */
export function removedText({ repository, manifests, freedBytes }: RemovedNow): string {
  const removed = `removed ${repository}: ${manifests} ${manifests === 1 ? 'manifest' : 'manifests'}`;
  if (freedBytes !== undefined) return `${removed}, ${formatBytes(freedBytes)} freed`;
  return `${removed}; its blobs are freed by the collection after the one that runs now`;
}

async function collectAll(
  storage: Storage,
  repository: RepositoryName,
  lease: Pick<Lease, 'holds'>,
): Promise<number> {
  // A time ahead of the clock, so that content written a moment ago and empty directories are
  // collected too.
  const ahead = { graceMs: 0, keepUntagged: false, uploadTtlMs: 0, clockAheadMs: 10_000 };
  let freed = 0;
  for await (const collected of collectorOf(storage).collect({ ...ahead, repository }, lease)) {
    freed += collected.freed;
  }
  return freed;
}

function lineOf(collected: Collected): string {
  if (collected.kind === 'content') return `${formatBytes(collected.freed)} of ${REASONS.content}`;
  const what = collected.kind === 'uploads' ? collected.id : collected.digest.toString();
  const size = `${formatBytes(collected.size)}, frees ${formatBytes(collected.freed)}`;
  return `${collected.repository} ${what}: ${REASONS[collected.kind]} (${size})`;
}

/** Returns what keeps the content, one step a line, because each has a whole digest. */
function linesOf({ repository, kind, chain, lastUsed }: Explanation, graceMs: number): string[] {
  const [root, ...steps] = chain;
  if (root !== undefined) return [`${repository}: ${root}`, ...steps.map((step) => `  → ${step}`)];
  const used = new Date(lastUsed).toISOString();
  const until = new Date(lastUsed + graceMs).toISOString();
  return [
    `${repository}: unreachable ${kind === 'blobs' ? 'blob' : 'manifest'}`,
    `  last used ${used}, deleted by the first collection after ${until}`,
  ];
}
