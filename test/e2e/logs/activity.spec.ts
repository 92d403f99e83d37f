import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import {
  buildImage,
  buildIndex,
  EMPTY_JSON,
  pushBlob,
  pushImage,
  type BuiltImage,
  repo,
  uniqueBytes,
} from '../../../src/storage/contract/fixtures.js';
import { basic, bearer, GuardedRegistry } from '../../support/access.js';
import { KeptLog } from '../../support/kept-log.js';

const RULES = `
rules:
  - { repositories: ['**'], who: [alice], can: [pull, push, delete] }
  - { repositories: ['team/**'], who: [bob], can: [pull] }
`;
const AGENT = 'docker/28.2 go/go1.24 os/linux UpstreamClient(Docker-Client/28.2 \\(linux\\))';
const MIB = 1024 * 1024;

let log: KeptLog;
let guarded: GuardedRegistry;

async function start(format: 'text' | 'json' = 'text'): Promise<void> {
  log = KeptLog.open(format);
  guarded = await GuardedRegistry.start(['alice', 'bob'], RULES, {}, {}, log);
}
afterEach(() => guarded.stop());

const http = () => guarded.registry.http;
const as = (name: string) => ({ Authorization: basic(name), 'User-Agent': AGENT });

async function upload(repository: string, bytes: Buffer): Promise<void> {
  const path = `/v2/${repository}/blobs/uploads/`;
  const { headers } = await http().post(path).set(as('alice')).expect(202);
  await http()
    .put(`${headers['location']}?digest=${Digest.of(bytes)}`)
    .set({ ...as('alice'), 'Content-Type': 'application/octet-stream' })
    .send(bytes)
    .expect(201);
}

async function putManifest(repository: string, reference: string, bytes: Buffer): Promise<void> {
  const { mediaType } = JSON.parse(bytes.toString()) as { mediaType: string };
  await http()
    .put(`/v2/${repository}/manifests/${reference}`)
    .set({ ...as('alice'), 'Content-Type': mediaType })
    .serialize((body: unknown) => body as string)
    .send(bytes)
    .expect(201);
}

/** Pushes an image of two layers, of which the client uploads the second only. The rest is there. */
async function pushWithOneNewLayer(
  repository: string,
  reference?: string,
  sizes = [3 * MIB, MIB],
): Promise<BuiltImage> {
  const { storage } = guarded.registry;
  const [base = EMPTY_JSON, layer = EMPTY_JSON] = sizes.map((size) => uniqueBytes(size));
  const image = buildImage([base, layer]);
  for (const blob of [image.config, base]) await pushBlob(storage, repo(repository), blob);
  await upload(repository, layer);
  await putManifest(repository, reference ?? `${image.digest}`, image.bytes);
  return image;
}

const WHO = ' {2}alice@127\\.0\\.0\\.1 {2}docker/28\\.2$';

function line(text: string): unknown {
  return expect.stringMatching(new RegExp(`^${text}${WHO}`));
}

describe('the log of what people did', () => {
  beforeEach(() => start());

  it('has one line for a push: image, size, uploaded bytes, time, who and the program', async () => {
    await pushWithOneNewLayer('team/app', '1.0');
    expect(await log.texts('Activity', 1)).toEqual([
      line('pushed team/app:1\\.0 {2}4\\.0 MiB \\(1\\.0 MiB new\\) {2}\\d+\\.\\d s'),
    ]);
  });

  it('has no time and no uploaded bytes for a push without an upload in this process', async () => {
    const image = await pushWithOneNewLayer('team/app', '1.0');
    await putManifest('team/app', '2.0', image.bytes);
    const [, second] = await log.texts('Activity', 2);
    expect(second).toEqual(line('pushed team/app:2\\.0 {2}4\\.0 MiB'));
  });

  it('adds up the images of an index, and the uploads of all of them', async () => {
    const images = [
      await pushWithOneNewLayer('team/app', undefined, [MIB, MIB]),
      await pushWithOneNewLayer('team/app', undefined, [MIB, MIB]),
    ];
    const index = buildIndex(images.map(({ descriptor }) => descriptor));
    await putManifest('team/app', '1.0', index.bytes);
    expect((await log.texts('Activity', 3)).at(-1)).toEqual(
      line('pushed team/app:1\\.0 {2}4\\.0 MiB \\(2\\.0 MiB new\\) {2}\\d+\\.\\d s'),
    );
  });

  it('has one line for a pull, also of an image that was pushed before the start', async () => {
    const layers = [uniqueBytes(2 * MIB)];
    const image = await pushImage(guarded.registry.storage, repo('team/app'), {
      tags: ['1.0'],
      layers,
    });
    await http().head('/v2/team/app/manifests/1.0').set(as('alice')).expect(200);
    await http().get(`/v2/team/app/manifests/${image.digest}`).set(as('alice')).expect(200);
    await http().get('/v2/team/app/tags/list').set(as('alice')).expect(200);
    expect(await log.texts('Activity', 1)).toEqual([
      line(`pulled team/app@${image.digest} {2}2\\.0 MiB`),
    ]);
  });

  it('counts equal pulls within ten seconds', async () => {
    await pushImage(guarded.registry.storage, repo('team/app'), { tags: ['1.0', '2.0'] });
    const pull = (tag: string) => http().get(`/v2/team/app/manifests/${tag}`).set(as('alice'));
    for (let count = 0; count < 5; count++) await pull('1.0').expect(200);
    await pull('2.0').expect(200);
    expect(await log.texts('Activity', 2)).toHaveLength(2);
    await guarded.registry.stop();
    expect(await log.texts('Activity', 3)).toEqual([
      line('pulled team/app:1\\.0 .*'),
      line('pulled team/app:2\\.0 .*'),
      expect.stringMatching(/^pulled team\/app:1\.0 .* {2}\(4 more\)$/),
    ]);
    await start();
  });

  it('has one line for the delete of a tag, a manifest and a blob', async () => {
    const image = await pushImage(guarded.registry.storage, repo('team/app'), { tags: ['1.0'] });
    const blob = Digest.of(image.config);
    for (const path of [`manifests/1.0`, `manifests/${image.digest}`, `blobs/${blob}`]) {
      await http().delete(`/v2/team/app/${path}`).set(as('alice')).expect(202);
    }
    expect(await log.texts('Activity', 3)).toEqual([
      line('deleted team/app:1\\.0'),
      line(`deleted team/app@${image.digest}`),
      line(`deleted team/app@${blob}`),
    ]);
  });

  it('has a line with the reason for each refusal', async () => {
    const bob = { Authorization: basic('bob') };
    await http().put('/v2/team/app/manifests/1.0').set(bob).expect(403);
    await http().delete('/v2/team/app/manifests/1.0').set(bob).expect(403);
    await http().get('/v2/other/app/manifests/1.0').set(bob).expect(403);
    await http().get('/v2/').set('Authorization', basic('alice', 'guess')).expect(401);
    await http().get('/v2/_token').set('Authorization', basic('bob', 'guess')).expect(401);
    const anonymous = await guarded.token(undefined);
    await http()
      .post('/v2/team/app/blobs/uploads/')
      .set('Authorization', bearer(anonymous))
      .expect(401);
    expect(await log.texts('Activity', 6)).toEqual([
      'refused push team/app:1.0  403 denied: bob may not push here  bob@127.0.0.1',
      'refused delete team/app:1.0  403 denied: bob may not delete here  bob@127.0.0.1',
      'refused pull other/app:1.0  403 denied: bob may not pull here  bob@127.0.0.1',
      expect.stringMatching(/^refused login {2}401 unauthorized: .* {2}alice@127\.0\.0\.1$/),
      expect.stringMatching(/^refused login {2}401 unauthorized: .* {2}bob@127\.0\.0\.1$/),
      expect.stringMatching(/^refused push team\/app {2}401 unauthorized: .* {2}127\.0\.0\.1$/),
    ]);
  });

  it('has no line for a client that asks how to log in, or for a token with more scope', async () => {
    const begin = () => http().post('/v2/team/app/blobs/uploads/');
    await http().get('/v2/').expect(401);
    await begin().expect(401);
    await http().get('/v2/_token?scope=repository:team/app:push').expect(401);
    const narrow = await guarded.token(basic('alice'), 'repository:team/app:pull');
    await begin().set('Authorization', bearer(narrow)).expect(401);
    expect(await log.texts('Activity', 1)).toEqual([]);
  });

  it('has no line for single requests', async () => {
    await http().get('/v2/').set(as('alice')).expect(200);
    expect(log.text).not.toContain('GET ');
  });
});

describe('the refusals of a client without a login beyond its rate', () => {
  it('are counted for changes only', async () => {
    log = KeptLog.open('text');
    const settings = { REGISTRY_MAX_REQUESTS_PER_SECOND: '1' };
    guarded = await GuardedRegistry.start(['alice'], RULES, settings, {}, log);
    await http().get('/v2/').expect(401);
    for (let count = 0; count < 3; count++) await http().get('/v2/').expect(429);
    for (let count = 0; count < 3; count++) await http().put('/v2/a/manifests/b').expect(429);
    expect(await log.texts('Activity', 1)).toEqual([
      'refused push  429 toomanyrequests: too many requests in a second  127.0.0.1',
    ]);
  });
});

describe('a line of JSON', () => {
  it('of a push has the fields of the request, the image and the caller', async () => {
    await start('json');
    const image = await pushWithOneNewLayer('team/app', '1.0');
    expect(await log.objects('Activity', 1)).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        part: 'Activity',
        msg: 'pushed team/app:1.0',
        request: expect.stringMatching(/^[\da-f]{16}$/),
        route: 'manifest',
        method: 'PUT',
        repository: 'team/app',
        reference: '1.0',
        digest: `${image.digest}`,
        status: 201,
        ms: expect.any(Number),
        sent: 0,
        received: image.bytes.length,
        size: image.config.length + 4 * MIB,
        uploaded: MIB,
        who: 'alice',
        from: '127.0.0.1',
        agent: AGENT,
      },
    ]);
  });

  it('of a refusal has the reason and the trace', async () => {
    await start('json');
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await http()
      .put('/v2/team/app/manifests/1.0')
      .set({ ...as('bob'), traceparent })
      .expect(403);
    expect(await log.objects('Activity', 1)).toMatchObject([
      {
        msg: 'refused push team/app:1.0',
        reason: 'denied: bob may not push here',
        status: 403,
        who: 'bob',
        trace: '0af7651916cd43dd8448eb211c80319c',
      },
    ]);
  });
});
