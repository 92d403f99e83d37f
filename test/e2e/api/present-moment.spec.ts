import { existsSync } from 'node:fs';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { buildImage, pushBlob, repo, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { basic, GuardedRegistry } from '../../support/access.js';
import { StreamReader, type SeenMessage } from '../../support/event-stream.js';
import { type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';

const RULES = `
admins: [olga]
rules:
  - { repositories: ['team/**'], who: [alice, olga], can: [pull, push] }
  - { repositories: ['team/**'], who: [bob], can: [pull] }
  - { repositories: ['other/**'], who: [eve, olga], can: [pull, push] }
`;

/** More than the system buffers of a connection whose client does not read. */
const LARGE = 16 * 1024 ** 2;

type Opening = Promise<StreamReader>;

const as = (name: string) => ({ Authorization: basic(name) });

describe('the present moment of a registry with two workers', () => {
  let guarded: GuardedRegistry;
  let worker: TestRegistry;
  beforeEach(async () => {
    guarded = await GuardedRegistry.start(['alice', 'bob', 'eve', 'olga'], RULES);
    worker = await guarded.startWorker();
  });
  afterEach(() => guarded.stop());

  const streamOf = (name: string, types: string): Promise<StreamReader> => {
    const { port } = guarded.registry;
    return StreamReader.open(
      `http://127.0.0.1:${port}/api/v1/events/stream?types=${types}`,
      as(name),
    );
  };

  const stored = async (repository: string, bytes: Buffer): Promise<string> =>
    (await pushBlob(guarded.registry.storage, repo(repository), bytes)).toString();

  /** Begins to pull a blob from the other worker, without reading it. */
  async function pullSlowly(
    path: string,
    name: string,
  ): Promise<{ readonly sent: ClientRequest; readonly response: IncomingMessage }> {
    const options = { port: worker.port, path, headers: as(name), agent: false };
    return new Promise((resolve, reject) => {
      const sent = request(options, (response) => {
        response.on('error', () => undefined);
        resolve({ sent, response });
      });
      sent.on('error', reject).end();
    });
  }

  const dataOf = ({ data }: SeenMessage): Record<string, unknown> => data.data ?? {};
  const last = ({ messages }: StreamReader): Record<string, unknown> | undefined => {
    const found = messages.at(-1);
    return found && dataOf(found);
  };

  it('has the pulls of large blobs, also those that began before, for those who may pull them', async () => {
    const digest = await stored('team/app', uniqueBytes(LARGE));
    const { sent } = await pullSlowly(`/v2/team/app/blobs/${digest}`, 'bob');
    const [one, two, three, four] = ['alice', 'bob', 'olga', 'eve'].map((name) =>
      streamOf(name, 'pull.*'),
    ) as [Opening, Opening, Opening, Opening];
    await using alice = await one;
    await using bob = await two;
    await using olga = await three;
    await using eve = await four;
    await until(() => [alice, bob, olga].every(({ messages }) => messages.length > 0));
    sent.destroy();

    const [first] = alice.messages;
    expect(first).not.toHaveProperty('id');
    expect(first?.data).toMatchObject({ type: 'pull.progress', repository: 'team/app' });
    expect(last(alice)).toMatchObject({ digest, totalBytes: LARGE });
    expect(Number(last(alice)?.['sentBytes'])).toBeLessThan(LARGE);
    // Who pulls is for administrators, and for the person itself.
    const who = [alice, bob, olga].map((stream) => last(stream)?.['by']);
    expect(who).toEqual([undefined, 'bob', 'bob']);
    expect(eve.messages).toEqual([]);
  });

  it('says how a pull ended: with all bytes, or because the client left', async () => {
    const [whole, part] = [uniqueBytes(LARGE), uniqueBytes(LARGE)];
    const digests = [await stored('team/app', whole), await stored('team/app', part)];
    const [read, left] = await Promise.all(
      digests.map((digest) => pullSlowly(`/v2/team/app/blobs/${digest}`, 'bob')),
    );
    await using alice = await streamOf('alice', 'pull.*');
    read?.response.resume();
    left?.sent.destroy();
    const endOf = (digest: string | undefined): Record<string, unknown> | undefined =>
      alice.messages
        .map(dataOf)
        .find((data) => data['digest'] === digest && data['ended'] !== undefined);
    await until(() => digests.every((digest) => endOf(digest) !== undefined));

    expect(endOf(digests[0])).toMatchObject({ ended: 'complete', sentBytes: LARGE });
    expect(endOf(digests[1])).toMatchObject({ ended: 'cut', totalBytes: LARGE });
    expect(Number(endOf(digests[1])?.['sentBytes'])).toBeLessThan(LARGE);
  });

  it('has the blobs that a push did not have to send, for those who may push', async () => {
    const digest = await stored('team/base', uniqueBytes(2_000));
    await using alice = await streamOf('alice', 'blob.reused');
    await using bob = await streamOf('bob', 'blob.reused');
    const mount = `/v2/team/new/blobs/uploads/?mount=${digest}&from=team/base`;
    // The other worker learns within a second that somebody looks.
    await until(async () => {
      await worker.http.head(`/v2/team/base/blobs/${digest}`).set(as('alice')).expect(200);
      await worker.http.post(mount).set(as('alice')).expect(201);
      return alice.messages.length > 1;
    });

    const reuses = alice.messages.map(({ data: { repository, data } }) => ({ repository, data }));
    const exists = { digest, how: 'exists', size: 2_000, by: 'alice' };
    expect(reuses).toContainEqual({
      repository: 'team/base',
      data: expect.objectContaining(exists) as unknown,
    });
    const mounted = { digest, how: 'mounted', by: 'alice' };
    expect(reuses).toContainEqual({
      repository: 'team/new',
      data: expect.objectContaining(mounted) as unknown,
    });
    expect(bob.messages).toEqual([]);
  });

  it('has the last failures with their explanation, for those who may pull there', async () => {
    const image = buildImage();
    const put = (name: string) =>
      worker.http
        .put('/v2/team/app/manifests/1.0')
        .set({ ...as(name), 'Content-Type': 'application/vnd.oci.image.manifest.v1+json' })
        .serialize(String)
        .send(image.bytes.toString());
    // All of them before anybody looks.
    await put('bob').expect(403);
    await put('bob').expect(403);
    await put('alice').expect(400);
    await using alice = await streamOf('alice', 'request.*');
    await using bob = await streamOf('bob', 'request.*');
    await using olga = await streamOf('olga', 'request.*');
    await using eve = await streamOf('eve', 'request.*');
    for (const stream of [alice, bob, olga]) await stream.take(2);

    const [denied, missing] = alice.messages;
    expect(denied?.data).toMatchObject({ type: 'request.failed', repository: 'team/app' });
    expect(denied && dataOf(denied)).toMatchObject({
      attempt: 'push',
      reference: '1.0',
      status: 403,
      code: 'DENIED',
      message: 'bob may not push here',
      detail: { repository: 'team/app', lacking: 'push' },
      times: 2,
    });
    expect(missing && dataOf(missing)).toMatchObject({
      status: 400,
      code: 'MANIFEST_BLOB_UNKNOWN',
      by: 'alice',
    });
    expect(JSON.stringify(alice.messages)).not.toMatch(/127\.0\.0\.1|"by":"bob"/);
    expect(olga.messages[0]?.data).toMatchObject({
      data: { by: 'bob' },
      origin: { address: '127.0.0.1', method: 'PUT' },
    });
    expect(bob.messages[0] && dataOf(bob.messages[0])['by']).toBe('bob');
    expect(eve.messages).toEqual([]);
  });

  it('does not have what clients ask on their way: what does not exist, and how to log in', async () => {
    await using olga = await streamOf('olga', 'request.*');
    await worker.http.get('/v2/team/app/manifests/none').set(as('alice')).expect(404);
    await worker.http.get('/v2/team/app/manifests/none').expect(401);
    await worker.http.put('/v2/team/app/manifests/1.0').set(as('bob')).expect(403);

    await olga.take(1);
    await delay(1_100);
    expect(olga.messages.map((message) => dataOf(message)['status'])).toEqual([403]);
  });

  it('is written nowhere while nobody looks', async () => {
    await worker.http.put('/v2/team/app/manifests/1.0').set(as('bob')).expect(403);
    await delay(1_500);

    expect(existsSync(join(guarded.directory, 'data', 'live'))).toBe(false);
  });
});
