import { expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { uniqueBytes } from '../../src/storage/contract/fixtures.js';
import { describeRegistry } from '../support/registry.js';

describeRegistry(
  'requests that wait for a session in use',
  (registry) => {
    it('do not keep other clients from pushing', async () => {
      const repository = registry().newRepository();
      const location = await registry().beginUpload(repository);
      const holder = registry().http.patch(location).set('Content-Length', '100');
      holder.write('x');
      const held = holder.then(
        () => undefined,
        () => undefined,
      );
      const closing = `${location}?digest=${Digest.of(uniqueBytes(1))}`;
      const waiting = Array.from({ length: 8 }, () =>
        registry()
          .http.put(closing)
          .ok(() => true),
      );
      const statuses = Promise.all(waiting.map(async (each) => (await each).status));

      for (let count = 0; count < 5; count++) {
        await registry().pushBlob(repository, uniqueBytes(10));
      }
      holder.abort();
      await held;
      expect(await statuses).not.toContain(429);
    });
  },
  { REGISTRY_MAX_UPLOADS: '3' },
);
