import { setTimeout as sleep } from 'node:timers/promises';

import type { Client } from './client.ts';
import { artifact, image, index, type Content } from './contents.ts';
import type { Ledger, Tagged } from './ledger.ts';
import { manifest, pullTag } from './reader.ts';

export const REPOSITORIES = ['team/app', 'team/other'] as const;
const TAGS_PER_CLIENT = 6;

/** How long an artifact may be missing from a list while a collector decides about its entry. */
const LISTED_WITHIN_MS = 3_000;

/** Pushes images, indexes and artifacts to the client's own tags, and removes tags, until `until`. */
export async function pushUntil(client: Client, ledger: Ledger, name: string, until: number) {
  for (let turn = 0; Date.now() < until; turn++) {
    const [repository, other] = pick([
      [REPOSITORIES[0], REPOSITORIES[1]],
      [REPOSITORIES[1], REPOSITORIES[0]],
    ] as const);
    const tag = `${name}-${turn % TAGS_PER_CLIENT}`;
    ledger.forget(repository, tag);
    if (Math.random() < 0.15) {
      await client.status('DELETE', `/v2/${repository}/manifests/${tag}`);
      ledger.counts.untagged++;
      continue;
    }
    const content = pick([image, image, index])(random(16));
    const tagged = await pushTagged(client, ledger, { repository, content, tag, other });
    if (tagged !== undefined && Math.random() < 0.3) await sign(client, ledger, tagged, content);
  }
}

interface Push {
  readonly repository: string;
  readonly content: Content;
  readonly tag: string;
  readonly other: string;
}

async function pushTagged(client: Client, ledger: Ledger, push: Push): Promise<Tagged | undefined> {
  const { repository, content, tag, other } = push;
  const act = ledger.begin('push', repository, content.digest);
  const pushed = await client.push(repository, content, tag, other);
  ledger.end(act);
  if (!pushed) return undefined;
  ledger.acknowledge(tag, act);
  return { repository, tag, act };
}

/** Pushes an artifact about a tagged image. While neither is deleted, it must be listed. */
async function sign(client: Client, ledger: Ledger, tagged: Tagged, content: Content) {
  const { repository } = tagged;
  const signature = artifact(content, random(12));
  const act = ledger.begin('push', repository, signature.digest);
  const pushed = await client.push(repository, signature, signature.digest, repository);
  ledger.end(act);
  const mustBeListed = () => pushed && ledger.holds(tagged) && !ledger.touched('delete', act);
  for (const deadline = Date.now() + LISTED_WITHIN_MS; mustBeListed(); await sleep(50)) {
    const path = `/v2/${repository}/referrers/${content.digest}`;
    const listed = await (await client.request('GET', path)).text();
    if (listed.includes(signature.digest) || !mustBeListed()) return;
    if (Date.now() < deadline) continue;
    ledger.violation(`${signature.digest} is not listed as a referrer of ${content.digest}`);
    return;
  }
}

/** Deletes what other clients have pushed, including tags, until `until`. */
export async function deleteUntil(client: Client, ledger: Ledger, until: number): Promise<void> {
  while (Date.now() < until) {
    await sleep(20 + Math.random() * 80);
    const tagged = ledger.anyTagged();
    if (tagged === undefined) continue;
    const { repository, digest } = tagged.act;
    const act = ledger.begin('delete', repository, digest);
    const status = await client.status('DELETE', `/v2/${repository}/manifests/${digest}`);
    ledger.end(act);
    if (status !== 202) continue;
    ledger.counts.deletes++;
    const found = await manifest(client, repository, digest);
    if (found !== undefined && !ledger.touched('push', act)) {
      ledger.violation(`${repository}@${digest} was deleted and is served`);
    }
  }
}

export async function readUntil(client: Client, ledger: Ledger, until: number): Promise<void> {
  while (Date.now() < until) {
    const tagged = ledger.anyTagged();
    if (tagged === undefined) await sleep(20);
    else await pullTag(client, ledger, tagged);
  }
}

function pick<T>(items: readonly [T, ...T[]]): T {
  return items[random(items.length)] ?? items[0];
}

function random(below: number): number {
  return Math.floor(Math.random() * below);
}
