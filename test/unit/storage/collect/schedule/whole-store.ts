import { Digest } from '../../../../../src/domain/digest.js';
import { type RepositoryName } from '../../../../../src/domain/repository-name.js';
import { type Storage } from '../../../../../src/storage/ports/storage.js';
import { collect } from '../../../../../src/storage/contract/fixtures.js';
import { storeCollectorOf } from '../../../../support/store-collector.js';

/** The digests in a manifest, read by code of the test and not of the registry. */
export interface Named {
  readonly blobs: readonly string[];
  readonly children: readonly string[];
  readonly subject: string | undefined;
}

interface DescriptorField {
  readonly digest: string;
}

interface ManifestFields {
  readonly config?: DescriptorField;
  readonly layers?: readonly DescriptorField[];
  readonly manifests?: readonly DescriptorField[];
  readonly subject?: DescriptorField;
}

export function named(bytes: Uint8Array): Named {
  const json = JSON.parse(Buffer.from(bytes).toString()) as ManifestFields;
  const digests = (fields: readonly DescriptorField[] = []) => fields.map(({ digest }) => digest);
  return {
    blobs: digests([...(json.config ? [json.config] : []), ...(json.layers ?? [])]),
    children: digests(json.manifests),
    subject: json.subject?.digest,
  };
}

/** The content of one repository, read while no actor runs. */
export interface Inventory {
  readonly roots: ReadonlySet<string>;
  readonly manifests: ReadonlyMap<string, Named>;
  readonly blobs: ReadonlySet<string>;
  /** `subject>artifact`, as the store lists it for clients. */
  readonly listed: ReadonlySet<string>;
  /** `subject>artifact`, for each stored entry. */
  readonly entries: ReadonlySet<string>;
  readonly aside: number;
}

/**
 * Resolves to the problems of a store after all actors have ended (`left`), or after a last pass as well (`collected`).
 */
export async function problemsOf(storage: Storage, when: 'left' | 'collected'): Promise<string[]> {
  const problems: string[] = [];
  for (const repository of await collect(storeCollectorOf(storage).garbage.repositories())) {
    const inventory = await inventoryOf(storage, repository);
    const found = [...broken(inventory), ...(when === 'collected' ? surplus(inventory) : [])];
    problems.push(...found.map((problem) => `${repository}: ${problem}`));
  }
  return problems;
}

async function inventoryOf(storage: Storage, repository: RepositoryName): Promise<Inventory> {
  const garbage = storeCollectorOf(storage).garbage.of(repository);
  const aside = await collect(garbage.aside());
  const digestsOf = async (kind: 'blobs' | 'manifests') =>
    (await collect(garbage.entries(kind))).map(({ digest }) => `${digest}`);
  const manifests = new Map<string, Named>();
  const listed = new Set<string>();
  for (const digest of await digestsOf('manifests')) {
    const stored = await storage.manifests.read(repository, Digest.parse(digest));
    if (stored === undefined) continue;
    const names = named(stored.bytes);
    manifests.set(digest, names);
    if (names.subject === undefined) continue;
    const subject = Digest.parse(names.subject);
    for (const referrer of await collect(storage.manifests.referrers(repository, subject))) {
      listed.add(`${subject}>${referrer.digest}`);
    }
  }
  const roots = new Set<string>();
  for await (const tag of storage.tags.list(repository)) {
    roots.add(`${(await storage.tags.resolve(repository, tag))?.digest ?? ''}`);
  }
  const entries = (await collect(garbage.entries('referrers'))).map(
    ({ subject, digest }) => `${subject ?? ''}>${digest}`,
  );
  const blobs = new Set(await digestsOf('blobs'));
  return { roots, manifests, blobs, listed, entries: new Set(entries), aside: aside.length };
}

/** Reports manifests without their content, artifacts that are not listed, and entries that are still set aside. */
function broken({ manifests, blobs, listed, aside }: Inventory): string[] {
  const problems = aside === 0 ? [] : [`${aside} things are left aside`];
  for (const [digest, names] of manifests) {
    const missing = [
      ...names.blobs.filter((blob) => !blobs.has(blob)),
      ...names.children.filter((child) => !manifests.has(child)),
    ];
    if (missing.length > 0) problems.push(`${digest} lacks ${missing.join()}`);
    if (names.subject !== undefined && !listed.has(`${names.subject}>${digest}`)) {
      problems.push(`${digest} is not among the referrers of ${names.subject}`);
    }
  }
  return problems;
}

/** Reports content that is not reachable from a tag. */
function surplus({ roots, manifests, blobs, entries }: Inventory): string[] {
  const used = reachable(roots, manifests);
  const usedManifests = [...used].flatMap((digest) => manifests.get(digest) ?? []);
  const usedBlobs = new Set(usedManifests.flatMap((names) => names.blobs));
  return [
    ...[...manifests.keys()].filter((digest) => !used.has(digest)),
    ...[...blobs].filter((digest) => !usedBlobs.has(digest)),
    ...[...entries].filter((entry) => !used.has(entry.split('>')[1] ?? '')),
  ].map((what) => `${what} is garbage and still there`);
}

function reachable(
  roots: ReadonlySet<string>,
  manifests: ReadonlyMap<string, Named>,
): ReadonlySet<string> {
  const used = new Set(roots);
  // The iteration of a Set includes values that are added during it.
  for (const digest of used) {
    for (const child of manifests.get(digest)?.children ?? []) used.add(child);
    for (const [other, { subject }] of manifests) if (subject === digest) used.add(other);
  }
  return used;
}
