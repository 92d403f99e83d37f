import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { RemoteFailure } from '../../../../src/client/registry-client.js';
import { type RegistryEvent } from '../../../../src/domain/registry-event.js';
import { buildIndex, publish, pushImage } from '../../../../src/storage/contract/fixtures.js';
import { DRIVERS, MIRRORED, MirrorBench, REMOTE } from '../../../support/mirror/mirror-bench.js';
import { down } from '../../../support/mirror/other-registry.js';

const MINUTE = 60_000;

let bench: MirrorBench;

async function events(): Promise<readonly RegistryEvent[]> {
  const { outbox } = bench.storage;
  return (await outbox.read((await outbox.locate('beginning')) ?? '', 100)).events;
}

const plain = ({ type, data }: RegistryEvent): string => `${type} ${data.tag ?? ''}`.trim();

describe.each(DRIVERS)('the events of what a mirror stores (%s)', (driver) => {
  beforeEach(async () => {
    bench = await MirrorBench.open(driver, { freshMs: 0 });
  });
  afterEach(() => bench.close());

  it('name the mirror, the tag and the image, and no push', async () => {
    const { digest, bytes } = await pushImage(bench.other.storage, REMOTE, { tags: ['3'] });
    await bench.pull('3');

    const found = await events();
    expect(found.map(plain)).toEqual(['repository.created', 'mirror.fetched', 'tag.created 3']);
    expect(found.map(({ data }) => data.mirror)).toEqual(found.map(() => 'docker.io'));
    expect(found[1]).toMatchObject({
      repository: MIRRORED,
      data: { digest: `${digest}`, size: bytes.byteLength, tags: ['3'] },
    });
  });

  it('do not exist for a tag that the upstream only confirms', async () => {
    await bench.push('3');
    await bench.pull('3');
    const before = (await events()).length;
    bench.plan = { ...bench.plan, staleMs: 0, fingerprint: 'other' };

    await bench.pull('3');

    expect((await events()).length).toBe(before);
  });

  it('say where a tag pointed before, also if the new image was stored already', async () => {
    const first = await bench.push('3');
    const second = await bench.push('4');
    await bench.pull('3');
    await bench.pull('4');
    await publishAgain('3', second);

    await bench.pull('3');

    const last = (await events()).at(-1);
    expect(last).toMatchObject({
      type: 'tag.moved',
      data: { tag: '3', previous: first, mirror: 'docker.io' },
    });
    expect((await events()).map(plain).filter((one) => one === 'mirror.fetched')).toHaveLength(2);
  });

  it('do not name the entries of an index, but images that are pulled by digest', async () => {
    const child = await pushImage(bench.other.storage, REMOTE);
    const alone = await pushImage(bench.other.storage, REMOTE);
    const index = buildIndex([child.descriptor]);
    await publish(bench.other.storage, REMOTE, index.bytes, { tags: ['3'] });
    await bench.pull('3');

    await bench.ports.manifests.read(MIRRORED, child.digest);
    await bench.ports.manifests.read(MIRRORED, alone.digest);

    const fetched = (await events()).filter(({ type }) => type === 'mirror.fetched');
    expect(fetched.map(({ data }) => data.digest)).toEqual([`${index.digest}`, `${alone.digest}`]);
  });

  /** Lets a tag of the other registry point to the image of another tag. */
  async function publishAgain(name: string, digest: string): Promise<void> {
    const { storage } = bench.other;
    for await (const one of storage.manifests.digests(REMOTE)) {
      const stored = `${one}` === digest ? await storage.manifests.read(REMOTE, one) : undefined;
      if (stored !== undefined) await publish(storage, REMOTE, stored.bytes, { tags: [name] });
    }
  }
});

describe('the events of an upstream that fails', () => {
  beforeEach(async () => {
    bench = await MirrorBench.open('memory', { freshMs: 0, missingMs: 0 });
  });
  afterEach(() => bench.close());

  const limited = (): RemoteFailure => new RemoteFailure('limited', 'docker.io has a limit', 1_000);
  const pull = (): Promise<unknown> => bench.pull('3').catch(() => undefined);

  it('are one for many requests and for many failures in a row, with the reason', async () => {
    bench.other.failure = down();
    await Promise.all([pull(), pull()]);
    bench.now += 5 * MINUTE;
    await pull();

    const data = { mirror: 'docker.io', reason: 'upstream.example cannot be reached' };
    expect(await events()).toMatchObject([{ type: 'mirror.failed', data }]);
    expect((await events())[0]).not.toHaveProperty('repository');
  });

  it('tell a limit from a failure, and begin again after an answer', async () => {
    bench.other.failure = limited();
    await pull();
    bench.now += 5 * MINUTE;
    bench.other.failure = down();
    await pull();
    bench.now += 5 * MINUTE;
    bench.other.failure = undefined;
    await pull();
    bench.other.failure = limited();
    await pull();

    expect((await events()).map(({ type }) => type)).toEqual([
      'mirror.limited',
      'mirror.failed',
      'mirror.limited',
    ]);
  });

  it('are at most one a minute, however short the rests are that it asks for', async () => {
    for (let second = 0; second < 120; second += 2) {
      bench.other.failure = limited();
      await pull();
      bench.now += 1_000;
      bench.other.failure = undefined;
      await pull();
      bench.now += 1_000;
    }

    expect(await events()).toHaveLength(2);
  });

  it('come a minute later for a failure soon after the last one that goes on', async () => {
    bench.other.failure = down();
    await pull();
    bench.now += 31_000;
    bench.other.failure = undefined;
    await pull();
    bench.other.failure = down();
    await pull();
    expect(await events()).toHaveLength(1);
    bench.now += 31_000;

    await pull();

    expect(await events()).toHaveLength(2);
  });

  it('do not exist for content that it refuses', async () => {
    bench.other.failure = new RemoteFailure('refused', 'docker.io refuses library/alpine');
    await pull();

    expect(await events()).toEqual([]);
  });
});
