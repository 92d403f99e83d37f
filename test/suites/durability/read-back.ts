import { orFailed, runAll, type Check } from './checks.ts';
import type { Finding } from './findings.ts';
import { blobKey, type AcknowledgedBlob, type AcknowledgedImage, type Ledger } from './ledger.ts';
import type { Pusher } from './push-blob.ts';
import type { RegistryClient } from './registry-client.ts';
import type { TagHistory } from './tag-history.ts';

type Damage = Pick<Finding, 'kind' | 'detail'>;
/** The damaged blobs and manifests, by `blobKey`. */
type Damages = Map<string, Damage>;

/** Reads everything that was ever acknowledged, byte for byte. */
export async function readBack(pusher: Pusher): Promise<Finding[]> {
  return [...(await readContents(pusher)), ...(await readNames(pusher))];
}

/** Reads the manifests and blobs. */
export async function readContents({ client, ledger }: Pusher): Promise<Finding[]> {
  const damages: Damages = new Map();
  const unread = await runAll([
    ...ledger.images.map((image) => manifestCheck(client, image, damages)),
    ...[...ledger.blobs.values()].map((blob) => blobCheck(client, blob, damages)),
  ]);
  return [...unread, ...attribute(damages, ledger)];
}

/** Reads the names of manifests: tags, and lists of referrers. */
async function readNames({ client, ledger }: Pusher): Promise<Finding[]> {
  return runAll([
    ...[...ledger.tags].map(([name, history]) => tagCheck(client, name, history)),
    ...referrersChecks(client, ledger),
  ]);
}

function manifestCheck(
  client: RegistryClient,
  { repository, manifest }: AcknowledgedImage,
  damages: Damages,
): Check {
  const key = blobKey(repository, manifest.digest);
  return orFailed('image', key, async () => {
    const path = `/v2/${repository}/manifests/${manifest.digest}`;
    const { status, headers, body } = await client.send('GET', path);
    const same = body.equals(manifest.bytes) && headers['content-type'] === manifest.mediaType;
    note(damages, key, status, same);
    return undefined;
  });
}

function blobCheck(
  client: RegistryClient,
  { repository, content }: AcknowledgedBlob,
  damages: Damages,
): Check {
  const key = blobKey(repository, content.digest);
  return orFailed('blob', key, async () => {
    const found = await client.digest(`/v2/${repository}/blobs/${content.digest}`);
    const same = found.digest === content.digest && found.size === content.size;
    note(damages, key, found.status, same);
    return undefined;
  });
}

/** Attributes damage to images, which are as damaged as their parts. A blob without an image is reported by itself. */
function attribute(damages: Damages, { images }: Ledger): Finding[] {
  const findings: Finding[] = [];
  const loose = new Map(damages);
  for (const { repository, manifest, blobs } of images) {
    const parts = [manifest, ...blobs].map(({ digest }) => blobKey(repository, digest));
    const damaged = parts.map((part) => damages.get(part)).filter((found) => found !== undefined);
    parts.forEach((part) => loose.delete(part));
    const worst = damaged.find(({ kind }) => kind === 'corrupt') ?? damaged[0];
    if (worst === undefined) continue;
    const detail = `${damaged.length} of ${parts.length} parts; ${worst.detail}`;
    findings.push({ kind: worst.kind, thing: 'image', name: parts[0] ?? '', detail });
  }
  return [...findings, ...[...loose].map(([name, damage]) => lonely(name, damage))];
}

function lonely(name: string, damage: Damage): Finding {
  return { thing: 'blob', name, ...damage };
}

/** Settles the tag on what the disk has: from now on it must have at least that. */
function tagCheck(client: RegistryClient, name: string, history: TagHistory): Check {
  const colon = name.lastIndexOf(':');
  const path = `/v2/${name.slice(0, colon)}/manifests/${name.slice(colon + 1)}`;
  return orFailed('tag', name, async () => {
    const { status, headers } = await client.send('HEAD', path);
    const digest = status === 200 ? String(headers['docker-content-digest']) : undefined;
    const allowed = history.allows(digest);
    history.settle(digest);
    if (allowed) return undefined;
    return { kind: 'lost', thing: 'tag', name, detail: `${status}: ${digest ?? 'no such tag'}` };
  });
}

function referrersChecks(client: RegistryClient, ledger: Ledger): Check[] {
  const byPath = new Map<string, string[]>();
  for (const { repository, manifest, subject } of ledger.images) {
    if (subject === undefined) continue;
    const path = `/v2/${repository}/referrers/${subject.digest}`;
    byPath.set(path, [...(byPath.get(path) ?? []), manifest.digest]);
  }
  return [...byPath].map(([path, digests]) => referrersCheck(client, path, digests));
}

function referrersCheck(client: RegistryClient, path: string, digests: readonly string[]): Check {
  return orFailed('referrers', path, async () => {
    const { status, body } = await client.send('GET', path);
    const text = body.toString();
    const missing = digests.filter((digest) => !text.includes(digest));
    if (status === 200 && missing.length === 0) return undefined;
    const detail = `${status}: ${missing.length} of ${digests.length} are not listed`;
    return { kind: 'lost', thing: 'referrers', name: path, detail };
  });
}

function note(damages: Damages, key: string, status: number, same: boolean): void {
  if (status === 200 && same) return;
  const kind = status === 200 ? 'corrupt' : 'lost';
  const detail = kind === 'corrupt' ? 'different bytes are served' : `the answer is ${status}`;
  damages.set(key, { kind, detail });
}
