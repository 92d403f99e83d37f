import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Digest } from '../../../src/domain/digest.js';
import { headerOf, type Answer } from './answers.js';
import { get } from './row.js';
import { filesBelow } from './sandbox.js';
import { type Driver, type Victim } from './victim.js';

/** The files that the layout has. */
const KNOWN_FILE =
  /^(?:format|turns\/(?:\d+)?|blobs\/sha(?:256|512)\/|repositories\/[a-z0-9._+-]+\/(?:blobs|manifests|tags|referrers|history|usage)\/|events\/(?:cursors\/|\d+-[0-9A-Z]+\/)|leases\/|statistics\/|uploads\/[a-z0-9._+-]+\/[0-9a-f-]{36}\/)/;

/** Returns the problems of a store: everything listed must be served and match its digest. */
export async function storeComplaints(victim: Victim, driver: Driver): Promise<string[]> {
  const repositories = await repositoriesOf(victim);
  const complaints: string[] = [];
  for (const repository of repositories) {
    const { tags } = jsonOf(await victim.ask(get(`/v2/${repository}/tags/list`))) as {
      tags: string[];
    };
    for (const tag of tags) complaints.push(...(await tagComplaints(victim, repository, tag)));
  }
  if (driver === 'filesystem') complaints.push(...(await fileComplaints(victim.sandbox.store)));
  return complaints;
}

async function repositoriesOf(victim: Victim): Promise<string[]> {
  const answer = await victim.ask(get('/v2/_catalog?n=1000'));
  if (headerOf(answer, 'link') !== undefined) throw new Error('more repositories than one page');
  return (jsonOf(answer) as { repositories: string[] }).repositories;
}

async function tagComplaints(victim: Victim, repository: string, tag: string): Promise<string[]> {
  const path = `/v2/${repository}/manifests/${tag}`;
  const answer = await victim.ask(get(path));
  const digest = headerOf(answer, 'docker-content-digest') ?? '';
  if (answer.status !== 200) return [`${path} is listed and has the status ${answer.status}`];
  return isOf(answer.body, digest) ? [] : [`${path} does not match ${digest}`];
}

async function fileComplaints(store: string): Promise<string[]> {
  const files = await filesBelow(store);
  const strangers = files.filter((file) => !KNOWN_FILE.test(file));
  const contents = files.filter((file) => file.startsWith('blobs/'));
  const complaints = strangers.map((file) => `${file} does not belong into the store`);
  for (const file of contents) {
    const [, algorithm = '', , hex = ''] = file.split('/');
    const bytes = await readFile(join(store, file));
    if (!isOf(bytes, `${algorithm}:${hex}`)) complaints.push(`${file} does not match its name`);
  }
  return complaints;
}

function isOf(bytes: Buffer, text: string): boolean {
  const digest = Digest.tryParse(text);
  return digest !== undefined && Digest.of(bytes, digest.algorithm).equals(digest);
}

function jsonOf({ body }: Answer): unknown {
  return JSON.parse(body.toString());
}
