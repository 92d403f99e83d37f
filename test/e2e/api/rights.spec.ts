import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { OPENAPI } from '../../../src/api/description/openapi.js';
import {
  buildImage,
  publish,
  pushBlob,
  pushImage,
  repo,
  uniqueBytes,
  type BuiltImage,
} from '../../../src/storage/contract/fixtures.js';
import { Digest } from '../../../src/domain/digest.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { basic, GuardedRegistry } from '../../support/access.js';

const RULES = `
admins: [owner]
rules:
  - { repositories: ['secret/**'], who: [owner], can: [pull, push, delete] }
  - { repositories: ['open/**'], who: [owner, guest], can: [pull, push, delete] }
  - { repositories: ['look/**'], who: [owner, guest], can: [pull] }
  - { repositories: ['look/**'], who: [owner], can: [push, delete] }
`;

const LAYER = uniqueBytes(5_000);
const CONTENT = { open: uniqueBytes(100), secret: uniqueBytes(200) };

/** Paths that stream for ever, or that only an administrator may use at all, have their own tests. */
const OTHERS = ['/api/v1/events/stream'];

/** An answer whose text is absent for bytes. */
interface ShownAnswer {
  readonly status: number;
  readonly text?: string;
}

interface Question {
  readonly method: string;
  readonly path: string;
}

/** Every operation of the API, with names, tags and digests of content that exists and that does not. */
function questions(digests: readonly string[]): Question[] {
  const paths = OPENAPI['paths'] as Readonly<Record<string, Readonly<Record<string, object>>>>;
  return Object.entries(paths)
    .filter(([path]) => !OTHERS.includes(path))
    .flatMap(([path, operations]) =>
      Object.keys(operations).flatMap((method) =>
        filled(path, digests).map((target) => ({ method, path: target })),
      ),
    );
}

function filled(path: string, digests: readonly string[]): string[] {
  const names = ['secret%2Fapp', 'secret%2Fnone', 'secret/app'];
  const queries: Readonly<Record<string, string>> = {
    '/api/v1/access': '?repository=secret/app',
    '/api/v1/repositories/{name}/removal': '?tags=1.0',
    '/api/v1/repositories/{name}/compare': '?a=1.0&b=1.0&with=secret/app',
    '/api/v1/repositories/{name}/compare/files': '?a=1.0&b=1.0&with=secret/app',
  };
  const targets = path.includes('{name}') ? [...names, 'open%2Fapp'] : [''];
  const ends = path.includes('{digest}') ? digests : [''];
  return targets.flatMap((name) =>
    ends.map((digest) =>
      path
        .replace('{name}', name)
        .replace('{digest}', digest)
        .replace('{tag}', '1.0')
        .replace('{reference}', '1.0')
        .replace('{id}', '6e5a1b0c-6e51-4bb2-9bd4-0123456789ab')
        .replace('{endpoint}', 'deploy')
        .concat(queries[path] ?? ''),
    ),
  );
}

/** What differs between any two registries: times, ids and the number of free bytes. */
function normalized(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/"(?:milliseconds|freeBytes)":[\d.]+/g, 'NUMBER')
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'URL')
    .replaceAll(/0[0-9A-Z]{25}/g, 'EVENT')
    .replaceAll(/"push":"[^"]+"/g, 'PUSH')
    .replaceAll(/"request":"[0-9a-f]{16}"/g, 'REQUEST');
}

/** Pushes an image that is the same in every registry. */
async function push(storage: Storage, name: string, image: BuiltImage): Promise<void> {
  for (const blob of [image.config, ...image.layers]) await pushBlob(storage, repo(name), blob);
  await publish(storage, repo(name), image.bytes, { tags: ['1.0'] });
}

describe('what a login with less rights learns through the API', () => {
  let full: GuardedRegistry;
  let bare: GuardedRegistry;
  let open: BuiltImage;
  let secret: BuiltImage;
  beforeAll(async () => {
    [full, bare] = [await start(), await start()];
    open = buildImage([CONTENT.open, LAYER]);
    const other = buildImage([CONTENT.open]);
    for (const { registry } of [full, bare]) {
      await push(registry.storage, 'open/app', open);
      await push(registry.storage, 'look/app', other);
    }
    // The secret repository shares a layer with an open one, and has uploads and deletions.
    secret = await pushImage(full.registry.storage, repo('secret/app'), {
      tags: ['1.0', 'gone'],
      layers: [CONTENT.secret, LAYER],
    });
    await full.registry.http
      .delete('/api/v1/repositories/secret%2Fapp/tags/gone')
      .set('Authorization', basic('owner'))
      .expect(200);
    await full.registry.http
      .post('/v2/secret/app/blobs/uploads/')
      .set('Authorization', basic('owner'))
      .expect(202);
    for (const { registry } of [full, bare]) await collect(registry);
  });
  afterAll(async () => {
    await full.stop();
    await bare.stop();
  });

  const start = () => GuardedRegistry.start(['owner', 'guest'], RULES);

  async function collect(registry: GuardedRegistry['registry']): Promise<void> {
    await registry.http.post('/api/v1/gc/run').set('Authorization', basic('owner')).expect(202);
    const figures = () => registry.http.get('/api/v1/storage').set('Authorization', basic('owner'));
    while ((await figures()).body.asOf === undefined) await delay(5);
  }

  async function ask(
    { registry }: GuardedRegistry,
    { method, path }: Question,
    name: string,
  ): Promise<{ status: number; text: string }> {
    const verb = method as 'get';
    const request = registry.http[verb](path).set('Authorization', basic(name));
    const response = await (method === 'put'
      ? request.send({ digest: `${open.digest}` })
      : request);
    // The bytes of content have no text.
    const { status, text = (response.body as Buffer).toString() } = response as ShownAnswer;
    return { status, text: normalized(text) };
  }

  it('is the same as if the rest did not exist', async () => {
    const digests = [`${open.digest}`, `${secret.digest}`, `${Digest.of(LAYER)}`];
    const asked = questions(digests).filter(({ method }) => method === 'get');
    expect(asked.length).toBeGreaterThan(50);
    for (const question of asked) {
      const answer = await ask(full, question, 'guest');
      expect({ question, answer }).toEqual({
        question,
        answer: await ask(bare, question, 'guest'),
      });
    }
  });

  it('is not the order by what is shared with others', async () => {
    const sorted = { method: 'get', path: '/api/v1/repositories?sort=-unique' };
    expect(await ask(full, sorted, 'guest')).toMatchObject({ status: 403 });
    expect(await ask(full, sorted, 'owner')).toMatchObject({ status: 200 });
  });

  it('never names what only others may see', async () => {
    const hidden = [`${secret.digest}`, `${Digest.of(CONTENT.secret)}`, 'secret/other', '5200'];
    // The image of the open repository shares a layer with the secret one.
    const image = 'repositories/open%2Fapp/images/1.0';
    for (const path of ['repositories', 'storage/largest', 'uploads', image]) {
      const { text } = await ask(full, { method: 'get', path: `/api/v1/${path}` }, 'guest');
      expect(hidden.filter((word) => text.includes(word))).toEqual([]);
      const all = await ask(full, { method: 'get', path: `/api/v1/${path}` }, 'owner');
      expect(all.text).toContain('secret/app');
    }
  });

  it('is the same refusal for a change of what is hidden and of what does not exist', async () => {
    const asked = questions([`${secret.digest}`]).filter(
      ({ method, path }) => method !== 'get' && path.includes('secret'),
    );
    for (const question of asked) {
      const answer = await ask(full, question, 'guest');
      expect({ question, ...answer }).toMatchObject({ question, status: 404 });
      expect(answer).toEqual(await ask(bare, question, 'guest'));
    }
    const kept = { method: 'get', path: '/api/v1/repositories/secret%2Fapp/tags/1.0' };
    expect(await ask(full, kept, 'owner')).toMatchObject({ status: 200 });
  });

  it('ends with looking where the right to change is missing', async () => {
    const asked = questions([`${open.digest}`])
      .filter(({ method, path }) => method !== 'get' && path.includes('open%2Fapp'))
      .map(({ method, path }) => ({ method, path: path.replace('open%2Fapp', 'look%2Fapp') }));
    expect(asked.length).toBeGreaterThan(3);
    for (const question of asked) {
      expect({ question, ...(await ask(full, question, 'guest')) }).toMatchObject({ status: 403 });
    }
    const kept = { method: 'get', path: '/api/v1/repositories/look%2Fapp/tags/1.0' };
    expect(await ask(full, kept, 'guest')).toMatchObject({ status: 200 });
  });
});
