import { afterEach, describe, expect, it } from '@jest/globals';
import { type LoggerService } from '@nestjs/common';

import { type ManifestHook } from '../../../src/embed/options.js';
import { Digest } from '../../../src/domain/digest.js';
import { RegistryError } from '../../../src/domain/errors.js';
import { type PublishContext } from '../../../src/oci/manifests/publish-context.js';
import { ManifestRefused } from '../../../src/oci/manifests/publish-rule.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { buildArtifact, collect, repo } from '../../../src/storage/contract/fixtures.js';
import { errorBody } from '../../support/registry.js';
import { Host } from './host.js';

const SIGNATURE = 'application/vnd.example.signature';

const noLatest: ManifestHook = ({ tags }) => {
  if (tags.includes('latest')) throw new ManifestRefused('latest is reserved');
};

const owned: ManifestHook = async (publication) => {
  const labels = { ...publication.manifest.annotations, ...(await publication.labels()) };
  if (labels['org.example.owner'] === undefined) {
    throw new ManifestRefused('the label org.example.owner is missing', { missing: 'owner' });
  }
};

const signedOnly: ManifestHook = async ({ tags, referrers }) => {
  if (tags.length === 0) return;
  for await (const { artifactType } of referrers()) if (artifactType === SIGNATURE) return;
  throw new ManifestRefused('only signed images can be tagged');
};

describe('beforeManifestPublish hooks', () => {
  let host: Host;
  let storage: Storage;
  afterEach(() => host.close());

  async function start(...hooks: ManifestHook[]): Promise<void> {
    storage = createMemoryStorage({ maxBytes: 64 * 1024 * 1024 });
    host = await Host.with({ storage, beforeManifestPublish: hooks });
  }

  it('receive the pushed manifest', async () => {
    const seen: PublishContext[] = [];
    await start((publication) => void seen.push(publication));

    const { image, answer } = await host.push('team/app', '1.0?tag=2.0&tag=1.0');

    expect(answer.status).toBe(201);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      repository: 'team/app',
      tags: ['1.0', '2.0'],
      mediaType: image.descriptor.mediaType,
      json: JSON.parse(image.bytes.toString()) as object,
      caller: { name: undefined, groups: [] },
    });
    expect(`${seen[0]?.digest}`).toBe(image.descriptor.digest);
    expect(seen[0]?.manifest).toMatchObject({ kind: 'image', layers: [{ size: 300 }] });
    expect(seen[0]?.manifest).not.toHaveProperty('bytes');
  });

  it('can read the config, its labels and blobs, up to a size', async () => {
    const read: unknown[] = [];
    await start(async ({ config, labels, readBlob, manifest }) => {
      const layer = manifest.layers[0]?.digest ?? Digest.of(Buffer.from('none'));
      read.push(await config(), await labels(), (await readBlob(layer))?.byteLength);
      read.push(await readBlob(Digest.of(Buffer.from('not there'))));
      await readBlob(layer, 299);
    });
    const config = { config: { Labels: { a: 'b' } } };

    const { answer } = await host.push('team/app', '1.0', {
      config: Buffer.from(JSON.stringify(config)),
    });

    expect(read).toEqual([config, { a: 'b' }, 300, undefined]);
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ errors: [{ message: expect.stringContaining('299') }] });
  });

  it.each([
    ['is not JSON', Buffer.from('\u0000')],
    ['is not an object', Buffer.from('[5]')],
    ['is empty', Buffer.alloc(0)],
    ['has invalid labels', Buffer.from('{"config":{"Labels":{"a":5}}}')],
  ])('find no labels in a config that %s', async (_title, config) => {
    const read: unknown[] = [];
    await start(async ({ labels }) => void read.push(await labels()));

    await host.push('team/app', '1.0', { config });

    expect(read).toEqual([{}]);
  });

  it('get the registry’s error for a missing config', async () => {
    await start(async ({ config }) => {
      await config();
    });
    const { bytes } = buildArtifact(
      { mediaType: 'a/b', digest: `sha256:${'0'.repeat(64)}`, size: 5 },
      {},
    );

    const answer = await host.put('team/app/manifests/1.0', bytes);

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject(errorBody('MANIFEST_BLOB_UNKNOWN'));
  });

  it('reject with a message for the client, and nothing is kept', async () => {
    await start(noLatest, owned);

    const { image, answer } = await host.push('team/app', '1.0?tag=latest');

    expect(answer.status).toBe(403);
    expect(answer.body).toEqual({
      errors: [{ code: 'DENIED', message: 'latest is reserved' }],
    });
    expect(await storage.manifests.stat(repo('team/app'), image.digest)).toBeUndefined();
    expect(await collect(storage.tags.list(repo('team/app')))).toEqual([]);
    expect(await storage.catalog.has(repo('team/app'))).toBe(false);
  });

  it('accept a manifest by returning', async () => {
    await start(noLatest, owned);
    const config = Buffer.from('{"config":{"Labels":{"org.example.owner":"me"}}}');

    const { answer } = await host.push('team/app', '1.0', { config });
    const { answer: refused } = await host.push('team/app', '1.0');

    expect(answer.status).toBe(201);
    expect(refused.body).toMatchObject({ errors: [{ detail: { missing: 'owner' } }] });
  });

  it('can require a signature before a tag is set', async () => {
    await start(signedOnly);
    const { image, answer } = await host.push('team/app', '');
    const tagged = await host.put('team/app/manifests/1.0', image.bytes);
    const signature = buildArtifact(image.descriptor, { artifactType: SIGNATURE });
    await host.http
      .post(`/v2/team/app/blobs/uploads/?digest=${Digest.of(Buffer.from('{}'))}`)
      .set('Content-Type', 'application/octet-stream')
      .send(Buffer.from('{}'))
      .expect(201);
    const signed = await host.put(`team/app/manifests/${signature.digest}`, signature.bytes);
    const again = await host.put('team/app/manifests/1.0', image.bytes);

    expect([answer, tagged, signed, again].map(({ status }) => status)).toEqual([
      201, 403, 201, 201,
    ]);
  });

  it('cannot be bypassed by a manifest with a subject', async () => {
    await start(signedOnly);
    const { image } = await host.push('team/app', '');
    const posing = buildArtifact(image.descriptor, { artifactType: 'application/x-posing' });
    await host.http
      .post(`/v2/team/app/blobs/uploads/?digest=${Digest.of(Buffer.from('{}'))}`)
      .set('Content-Type', 'application/octet-stream')
      .send(Buffer.from('{}'))
      .expect(201);

    const tagged = await host.put('team/app/manifests/1.0', posing.bytes);

    expect(tagged.status).toBe(403);
  });

  it('run in order, until one rejects', async () => {
    const asked: string[] = [];
    await start(
      async () => {
        await Promise.resolve();
        asked.push('first');
      },
      () => {
        asked.push('second');
        throw new RegistryError('manifest-invalid', 'not like this');
      },
      () => void asked.push('third'),
    );

    const { answer } = await host.push('team/app', '1.0');

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ errors: [{ code: 'MANIFEST_INVALID' }] });
    expect(asked).toEqual(['first', 'second']);
  });

  it('that fail cause a 500, with the cause in the log', async () => {
    const errors: unknown[][] = [];
    const silent = () => undefined;
    const logger: LoggerService = {
      log: silent,
      warn: silent,
      error: (...all) => errors.push(all),
    };
    host = await Host.with({
      logger,
      beforeManifestPublish: [() => Promise.reject(new Error('the database is away'))],
    });

    const { image, answer } = await host.push('team/app', '1.0');

    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('database');
    expect(JSON.stringify(errors)).toContain('the database is away');
    await host.http.get(`/v2/team/app/manifests/${image.digest}`).expect(404);
  });
});
