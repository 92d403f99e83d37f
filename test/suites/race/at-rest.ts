import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Client } from './client.ts';
import type { Ledger } from './ledger.ts';
import { manifest } from './reader.ts';
import { REPOSITORIES } from './work.ts';

/** Everything that tags reach, as a client finds it, by its path in the repository's directory. */
interface Reachable {
  readonly files: Set<string>;
  readonly problems: string[];
}

/** What the collector never removes from a repository. */
const KEPT = /^(tags|history|usage)\//;

/** Checks that the disk has exactly what tags reach. Nothing else may run. */
export async function checkAtRest(
  client: Client,
  ledger: Ledger,
  directory: string,
): Promise<void> {
  for (const tagged of ledger.tagged()) {
    const { repository, tag, act } = tagged;
    const found = await manifest(client, repository, tag);
    if (ledger.holds(tagged) && found?.digest !== act.digest) {
      ledger.violation(`at the end ${repository}:${tag} is ${found?.digest ?? 'gone'}`);
    }
  }
  const claimed = new Set<string>();
  for (const repository of REPOSITORIES) {
    const { files, problems } = await reachable(client, repository);
    const place = join(directory, 'repositories', repository.replaceAll('/', '+'));
    const kept = (await filesBelow(place)).filter((file) => !KEPT.test(file));
    problems.push(...kept.filter((file) => !files.has(file)).map((file) => `${file} is garbage`));
    problems.push(...[...files].filter((file) => !kept.includes(file)).map((f) => `${f} is gone`));
    problems.forEach((problem) => ledger.violation(`at the end ${repository}: ${problem}`));
    for (const file of kept.filter((one) => one.startsWith('blobs/'))) claimed.add(file);
  }
  for (const file of await filesBelow(join(directory, 'blobs'))) {
    const [algorithm, , hex] = file.split('/');
    if (claimed.has(`blobs/${algorithm}/${hex}`)) continue;
    ledger.violation(`at the end no repository claims the content ${file}`);
  }
}

async function reachable(client: Client, repository: string): Promise<Reachable> {
  const found: Reachable = { files: new Set(), problems: [] };
  const answer = await client.request('GET', `/v2/${repository}/tags/list`);
  const { tags } = (await answer.json()) as { readonly tags?: readonly string[] | null };
  for (const tag of tags ?? []) await follow(client, repository, tag, found);
  return found;
}

async function follow(
  client: Client,
  repository: string,
  reference: string,
  found: Reachable,
): Promise<void> {
  const read = await manifest(client, repository, reference);
  if (read === undefined) {
    found.problems.push(`${reference} is named and cannot be pulled`);
    return;
  }
  const { digest, json } = read;
  if (found.files.has(`manifests/${filed(digest)}`)) return;
  found.files.add(`manifests/${filed(digest)}`);
  for (const blob of [...(json.config ? [json.config] : []), ...(json.layers ?? [])]) {
    found.files.add(`blobs/${filed(blob.digest)}`);
  }
  for (const child of json.manifests ?? []) await follow(client, repository, child.digest, found);
  for (const referrer of await referrers(client, repository, digest)) {
    found.files.add(`referrers/${digest.replace(':', '-')}/${referrer.replace(':', '-')}`);
    await follow(client, repository, referrer, found);
  }
}

async function referrers(client: Client, repository: string, digest: string): Promise<string[]> {
  const answer = await client.request('GET', `/v2/${repository}/referrers/${digest}`);
  const { manifests } = (await answer.json()) as {
    readonly manifests: readonly { readonly digest: string }[];
  };
  return manifests.map((one) => one.digest);
}

function filed(digest: string): string {
  return digest.replace(':', '/');
}

/** Returns the paths of all files. Files set aside, staged or temporary are garbage too. */
async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
}
