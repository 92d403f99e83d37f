import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { PlainFailure } from '../../../../src/cli/plain-failure.js';
import { buildImage, uniqueBytes } from '../../../../src/storage/contract/fixtures.js';
import { MirrorOfHub } from '../../../support/mirror/mirror-of-hub.js';
import { TestRegistry } from '../../../support/registry.js';
import { berth, type Captured } from '../captured.js';

let mirror: MirrorOfHub;
beforeAll(async () => {
  mirror = await MirrorOfHub.start({ hub: { pullsAllowed: 100 } });
});
afterEach(() => mirror.hub.recover());
afterAll(() => mirror.stop());

const urlOf = ({ port }: TestRegistry): string => `http://127.0.0.1:${port}`;

/** Runs a command line against the registry of the tests. */
function run(line: string, registry = mirror.registry): Promise<Captured> {
  return berth(line.split(' '), { environment: { BERTH_REGISTRY: urlOf(registry) } });
}

/** Adds an image to the upstream, and returns its digest. */
function push(name: string): string {
  const image = buildImage([uniqueBytes(100)]);
  mirror.hub.content.add('library/alpine', image, name);
  return `${image.digest}`;
}

describe('berth mirror refresh', () => {
  it('says what the tag points to, and what it pointed to before', async () => {
    const name = 'docker.io/library/alpine:3';
    const first = push('3');
    expect((await run('mirror refresh docker.io/alpine:3')).output).toBe(
      `${name} is new: it points to ${first}\n`,
    );
    expect((await run(`mirror refresh ${name}`)).output).toBe(`${name} still points to ${first}\n`);
    const second = push('3');
    const { output, yes } = await run(`mirror refresh 127.0.0.1:${mirror.registry.port}/${name}`);
    expect(output).toBe(`${name} moved to ${second}\nbefore, it pointed to ${first}\n`);
    expect(yes).toBe(true);
  });

  it('exits with 1 if the tag does not exist there', async () => {
    const { output, yes } = await run('mirror refresh docker.io/library/alpine:none');

    expect(output).toBe('docker.io/library/alpine:none does not exist in the other registry\n');
    expect(yes).toBe(false);
  });

  it('prints the answer as JSON', async () => {
    const digest = push('json');
    const { output } = await run('mirror refresh docker.io/library/alpine:json --json');

    expect(JSON.parse(output)).toEqual({
      ...{ repository: 'library/alpine', tag: 'json', outcome: 'new', digest },
    });
  });

  it('says why it cannot be done', async () => {
    mirror.hub.fail('registry', { status: 500 }, 1);
    await expect(run('mirror refresh docker.io/library/alpine:3')).rejects.toThrow(
      /docker\.io did not send the manifest library\/alpine:3: .*; try again later/,
    );
    await expect(run('mirror refresh quay.io/acme/app:1')).rejects.toThrow(
      'no such mirror; GET /api/v1/mirrors lists them',
    );
    await expect(run('mirror refresh alpine')).rejects.toThrow(
      'alpine is not an image of a mirror; begin with its name',
    );
    await expect(run(`mirror refresh docker.io/a@sha256:${'0'.repeat(64)}`)).rejects.toThrow(
      'has a digest, which never changes; name a tag',
    );
  });

  it('asks for the registry if none is named, and never takes the mirror for it', async () => {
    const failed = berth(['mirror', 'refresh', 'docker.io/library/alpine:3']);

    await expect(failed).rejects.toThrow(PlainFailure);
    await expect(failed).rejects.toThrow('name it with --registry or BERTH_REGISTRY');
  });
});

describe('berth mirror warm', () => {
  // An earlier failure may have let the upstream rest, which an answer ends.
  beforeEach(() => run('mirror refresh docker.io/library/alpine:none'));

  it('fetches images, and says which were stored and which failed', async () => {
    const digest = push('warm').slice(7, 19);
    const line = 'mirror warm docker.io alpine:warm docker.io/library/none:1';
    const { output, yes } = await run(line);

    expect(output.split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^library/alpine:warm ${digest}: \\d+ B fetched$`)),
      expect.stringMatching(/^library\/none:1 failed: \S+ does not have the tag of library\/none$/),
      '1 manifest is stored; failed: 1',
      '',
    ]);
    expect(yes).toBe(false);
    const again = await run('mirror warm docker.io alpine:warm');
    expect(again).toMatchObject({
      output: `library/alpine:warm ${digest}: stored before\n1 manifest is stored\n`,
      yes: true,
    });
  });

  it('prints each line of the API as JSON', async () => {
    push('json');
    const { output } = await run('mirror warm docker.io alpine:json --json');

    expect(
      output
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual([
      expect.objectContaining({ image: 'library/alpine:json' }),
      { manifests: 1, failed: 0 },
    ]);
  });

  it('says that nothing is named', async () => {
    await expect(run('mirror warm docker.io')).rejects.toThrow(
      'the mirrors file has no warm for docker.io; name the images, such as library/alpine:3',
    );
  });
});

describe('berth mirror why', () => {
  it('says what is known of a tag, as sentences or as JSON', async () => {
    const line = 'mirror why docker.io/alpine:why';
    const { output } = await run(line);
    const json = await run(`${line} --json`);

    expect(output).toContain('docker.io/library/alpine:why is library/alpine:why of http');
    expect(output).toContain('the tag is not stored\n');
    expect(JSON.parse(json.output)).toMatchObject({ repository: 'library/alpine', tag: 'why' });
  });
});

describe('berth mirror status', () => {
  it('shows each mirror in 80 columns, with its limit and its last error', async () => {
    push('shown');
    await run('mirror refresh docker.io/library/alpine:shown');
    const path = '/v2/docker.io/library/alpine/manifests/shown';
    await mirror.registry.http.get(path).expect(200);
    mirror.hub.fail('registry', { status: 429, headers: { 'retry-after': '60' } }, 1);
    await mirror.registry.http.get('/v2/docker.io/library/alpine/manifests/other').expect(429);

    const { output } = await run('mirror status');

    const [head = '', row = '', ...remarks] = output.trimEnd().split('\n');
    expect(head).toMatch(/^MIRROR +STATE +STORED +SERVED +FETCHED +LAST ANSWER$/);
    expect(row).toMatch(
      /^docker\.io {2}rests \d+ s +\d+ % +0 B +\d+ B {2}\d{4}-\d\d-\d\dT\d\d:\d\dZ$/,
    );
    expect(head.length).toBeLessThanOrEqual(80);
    expect(row.length).toBeLessThanOrEqual(80);
    expect(remarks).toEqual([
      expect.stringMatching(/^docker\.io: \d+ of 100 pulls left, \S+Z$/),
      expect.stringMatching(
        /^docker\.io: \S+Z: docker\.io did not send the manifest .*: it limits/,
      ),
    ]);
  });

  it('prints the answer of the API as JSON', async () => {
    const { output } = await run('mirror status --json');

    expect(JSON.parse(output)).toMatchObject({ mirrors: [{ name: 'docker.io' }] });
  });

  it('says that there are no mirrors', async () => {
    const registry = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' });
    const { output, errors } = await run('mirror status', registry);

    expect([output, errors]).toEqual(['', 'The registry mirrors no other registry.\n']);
    await registry.stop();
  });
});
