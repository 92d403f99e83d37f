import type { Client } from './client.ts';
import type { Ledger, Tagged } from './ledger.ts';

export interface ManifestJson {
  readonly config?: { readonly digest: string };
  readonly layers?: readonly { readonly digest: string }[];
  readonly manifests?: readonly { readonly digest: string }[];
}

/** Pulls a tag with everything that it reaches, and reports differences from what was acknowledged. */
export async function pullTag(client: Client, ledger: Ledger, tagged: Tagged): Promise<void> {
  const { repository, tag, act } = tagged;
  const held = ledger.holds(tagged);
  ledger.counts.reads++;
  const found = await manifest(client, repository, tag);
  const mustBeThere = () => held && ledger.holds(tagged);
  if (found === undefined) {
    if (mustBeThere()) ledger.violation(`${repository}:${tag} is gone`);
    return;
  }
  if (found.digest !== act.digest && mustBeThere()) {
    ledger.violation(`${repository}:${tag} is ${found.digest}, and was pushed as ${act.digest}`);
  }
  for (const missing of await missingOf(client, ledger, repository, found.json)) {
    const certain = found.digest === act.digest && mustBeThere();
    if (certain || (await staysBroken(client, repository, found.digest, missing))) {
      ledger.violation(`${repository}:${tag} (${found.digest}) is served without ${missing}`);
    }
  }
}

/** Returns everything that a manifest references, at any depth, and the registry does not have. */
async function missingOf(
  client: Client,
  ledger: Ledger,
  repository: string,
  { config, layers = [], manifests = [] }: ManifestJson,
): Promise<string[]> {
  ledger.counts['manifests read']++;
  const missing: string[] = [];
  for (const { digest } of [...(config ? [config] : []), ...layers]) {
    const status = await client.status('HEAD', `/v2/${repository}/blobs/${digest}`);
    if (status !== 200) missing.push(digest);
  }
  for (const { digest } of manifests) {
    const child = await manifest(client, repository, digest);
    if (child === undefined) missing.push(digest);
    else missing.push(...(await missingOf(client, ledger, repository, child.json)));
  }
  return missing;
}

/**
 * Returns whether the manifest is served without the other content several times in a row.
 *
 * Between two requests, the manifest may have been collected, and even pushed again.
 */
async function staysBroken(
  client: Client,
  repository: string,
  digest: string,
  missing: string,
): Promise<boolean> {
  for (let round = 0; round < 5; round++) {
    if ((await manifest(client, repository, digest)) === undefined) return false;
    const blob = await client.status('HEAD', `/v2/${repository}/blobs/${missing}`);
    const child = await client.status('HEAD', `/v2/${repository}/manifests/${missing}`);
    if (blob === 200 || child === 200) return false;
  }
  return true;
}

export async function manifest(
  client: Client,
  repository: string,
  reference: string,
): Promise<{ digest: string; json: ManifestJson } | undefined> {
  const answer = await client.request('GET', `/v2/${repository}/manifests/${reference}`);
  const text = await answer.text();
  if (answer.status !== 200) return undefined;
  const digest = answer.headers.get('docker-content-digest') ?? '';
  return { digest, json: JSON.parse(text) as ManifestJson };
}
