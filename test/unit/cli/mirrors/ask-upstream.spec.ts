import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { PlainFailure } from '../../../../src/cli/plain-failure.js';
import { buildImage } from '../../../../src/storage/contract/fixtures.js';
import { MirrorsFile } from '../../../support/mirrors.js';
import { FakeHub } from '../../../support/upstreams/fake-hub.js';
import { berth, type Captured } from '../captured.js';

const IMAGE = buildImage();

let hub: FakeHub;
let file: MirrorsFile;
beforeEach(async () => {
  hub = await FakeHub.start();
  hub.content.add('library/alpine', IMAGE, '3');
  hub.content.add('library/alpine', IMAGE, 'latest');
  file = await MirrorsFile.write(`
mirrors:
  - { name: docker.io, url: '${hub.url}', library: true, addresses: private, deny: [library/secret] }
  - { name: quay.io, url: 'https://quay.io', offline: true }
`);
});
afterEach(async () => {
  await hub.stop();
  await file.remove();
});

const check = (...images: string[]): Promise<Captured> =>
  berth(['mirror', 'check', ...images], { environment: file.environment });

describe('berth mirror check IMAGE', () => {
  it('asks the registry by HEAD, and says what it has', async () => {
    const { yes, output } = await check('docker.io/library/alpine:3', 'docker.io/alpine');

    const { mediaType, size } = IMAGE.descriptor;
    const found = `is ${IMAGE.digest}, ${mediaType}, ${size} B`;
    expect(yes).toBe(true);
    expect(output.split('\n')).toEqual([
      `docker.io/library/alpine:3 ${found}`,
      `docker.io/library/alpine:latest ${found}`,
      '',
    ]);
    expect(hub.pulls).toBe(0);
  });

  it('asks for a digest', async () => {
    const image = `docker.io/library/alpine@${IMAGE.digest}`;
    expect((await check(image)).output).toContain(`${image} is ${IMAGE.digest}`);
  });

  it('answers no for an image that does not exist, and goes on with the others', async () => {
    const { yes, output } = await check('docker.io/none:1', 'docker.io/alpine:3');
    expect(yes).toBe(false);
    expect(output).toContain(`docker.io/library/none:1 does not exist at ${hub.url}\n`);
    expect(output).toContain('docker.io/library/alpine:3 is sha256:');
  });

  it('says why a registry does not respond', async () => {
    await hub.stop();
    const { yes, output } = await check('docker.io/alpine:3');
    expect(yes).toBe(false);
    expect(output).toContain('it refuses connections');
  });

  it('does not ask for what the file does not allow, or an offline mirror', async () => {
    const { yes, output } = await check('docker.io/secret:1', 'quay.io/org/app:1');
    expect(yes).toBe(false);
    expect(output).toBe(
      'docker.io/library/secret:1 is not allowed by the mirror docker.io\n' +
        'quay.io/org/app:1 was not asked for: the mirror quay.io is offline\n',
    );
    expect(hub.requests('registry')).toHaveLength(0);
  });

  it.each([
    ['team/app:1', 'team/app:1 is not an image of a mirror; begin with its name'],
    ['docker.io/alpine@sha256:abcdef1', 'has only the beginning of a digest'],
    ['docker.io/Alpine', 'is not a valid repository name'],
  ])('refuses %s', async (image, message) => {
    const asked = check(image);
    await expect(asked).rejects.toThrow(PlainFailure);
    await expect(asked).rejects.toThrow(message);
  });
});
