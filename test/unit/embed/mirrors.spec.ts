import { beforeEach, describe, expect, it } from '@jest/globals';

import { createRegistry } from '../../../src/embed/create-registry.js';
import { InvalidOptions, type RegistryOptions } from '../../../src/embed/options.js';
import { createTestRegistry, image, type TestRegistry } from '../../../src/exports/testing.js';
import { useClosing } from '../../support/closing.js';
import { hosted } from './host.js';

const closeAfterTest = useClosing();
const ALPINE = '/v2/docker.io/library/alpine/manifests/3';

/** The other registry, in place of Docker Hub. */
let upstream: TestRegistry;
beforeEach(async () => {
  upstream = await createTestRegistry();
  closeAfterTest(() => upstream.close());
  await upstream.push('library/alpine:3', image());
});

async function statusWith(options: Partial<RegistryOptions>): Promise<number> {
  const { url } = upstream;
  const mirrors = [{ name: 'docker.io', url, addresses: 'private' }] as const;
  await using registry = await createRegistry(hosted({ mirrors, ...options }));
  const response = await fetch(`${await registry.listen()}${ALPINE}`);
  await response.arrayBuffer();
  return response.status;
}

describe('the option mirrors', () => {
  it('mirrors other registries', async () => {
    expect(await statusWith({})).toBe(200);
    expect(upstream.requests).not.toEqual([]);
  });

  it('asks no other registry with the option offline', async () => {
    expect(await statusWith({ offline: true })).toBe(404);
    expect(upstream.requests).toEqual([]);
  });

  it('is refused with a message for each mistake', async () => {
    const mirrors = [{ name: 'docker.io', url: 'docker.io' }];

    const failure = await statusWith({ mirrors }).catch((error: unknown) => error);

    expect(failure).toEqual(
      new InvalidOptions('mirrors[0]: url must begin with https:// or http:// and a host'),
    );
  });
});
