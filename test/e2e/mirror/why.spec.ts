import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { buildImage, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { ApiClient } from '../../support/api.js';
import { MirrorOfHub } from '../../support/mirror/mirror-of-hub.js';
import { TestRegistry } from '../../support/registry.js';

const KEYS =
  ", deny: ['library/secret'], pin: ['library/pinned'], keep: { unused: 30d }, warm: { images: ['library/alpine:3.*'] }";

/** The answer of the API, as far as these tests look at it. */
interface Reasons {
  readonly stored?: {
    readonly digest: string;
    readonly since: string;
    readonly lastPulledAt?: string;
  };
  readonly sentences: readonly string[];
}

describe('what is known of a tag of a mirror', () => {
  let mirror: MirrorOfHub;
  beforeAll(async () => {
    mirror = await MirrorOfHub.start({ keys: KEYS });
  });
  afterEach(() => mirror.hub.recover());
  afterAll(() => mirror.stop());

  async function why(tag: string, repository = 'alpine'): Promise<Reasons> {
    const api = new ApiClient(mirror.registry);
    const response = await api.get(`mirrors/docker.io/why?repository=${repository}&tag=${tag}`);
    expect(response.status).toBe(200);
    return response.body as Reasons;
  }

  const get = (tag: string, repository = 'library/alpine') =>
    mirror.registry.http.get(`/v2/docker.io/${repository}/manifests/${tag}`);

  it('costs no question, and says what a first pull would do', async () => {
    const reasons = await why('3.1');

    expect(reasons).toMatchObject({
      name: 'docker.io/library/alpine',
      repository: 'library/alpine',
      tag: '3.1',
      allowed: true,
      offline: false,
      pins: [],
      warm: ['library/alpine:3.*'],
    });
    expect(reasons.stored).toBeUndefined();
    expect(reasons.sentences).toEqual([
      `docker.io/library/alpine:3.1 is library/alpine:3.1 of ${mirror.hub.url}`,
      'everybody who may pull it may cause a question to the other registry',
      'the tag is not stored',
      'this process has no answer of the other registry',
      'the next pull asks the other registry, and fetches the image',
      'the warm list has it: library/alpine:3.*',
      'nothing is there to be removed',
    ]);
    expect(mirror.hub.requests('registry')).toEqual([]);
  });

  it('says what is stored, when it was pulled, and when it may be removed', async () => {
    const image = buildImage([uniqueBytes(100)]);
    mirror.hub.content.add('library/alpine', image, 'pulled');
    await get('pulled').expect(200);
    await mirror.registry.writeUsage();

    const { stored, sentences } = await why('pulled');

    expect(stored).toMatchObject({ digest: `${image.digest}`, lastPulledAt: expect.any(String) });
    const text = sentences.join('\n');
    expect(text).toContain(`stored is ${image.digest}, set ${stored?.since}, last pulled 2`);
    expect(text).toMatch(/the last answer of the other registry is \d+ s old/);
    expect(text).toMatch(
      /the next pull gets what is stored; the other registry is asked again in \d+ s/,
    );
    const removedAt = Date.parse(/may be removed after (\S+) if/.exec(text)?.[1] ?? '');
    expect(removedAt - Date.now()).toBeGreaterThan(29.9 * 86_400_000);
  });

  it('says what is always kept, and what no client can have', async () => {
    mirror.hub.content.add('library/pinned', buildImage(), '1');
    await get('1', 'library/pinned').expect(200);
    const pinned = await why('1', 'library/pinned');
    const denied = await why('1', 'library/secret');

    expect(pinned.sentences).toContain('it is always kept: pin has library/pinned');
    expect(denied).toMatchObject({ allowed: false });
    expect(denied.sentences).toContain('allow and deny of docker.io let no client have it');
    expect(denied.sentences).toContain('the next pull gets 404');
  });

  it('says what is remembered as missing, and how long the upstream rests', async () => {
    await get('none').expect(404);
    expect((await why('none')).sentences).toContain(
      'the next pull gets 404, and the other registry is not asked',
    );
    mirror.hub.fail('registry', { status: 500 }, 1);
    await get('other').expect(503);

    const { sentences } = await why('another');
    expect(sentences.join('\n')).toMatch(
      /the next pull gets 503 or 429: the other registry failed, and is not asked for \d+ s/,
    );
  });

  it('is unknown for a mirror that does not exist', async () => {
    const registry = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' });
    const path = 'mirrors/docker.io/why?repository=library/alpine&tag=3';

    expect(await new ApiClient(registry).get(path)).toMatchObject({
      status: 404,
      body: { code: 'mirror-unknown' },
    });
    await registry.stop();
  });
});
