import { afterEach, describe, expect, it } from '@jest/globals';

import { type Storage } from '../../src/storage/ports/storage.js';
import { TestRegistry } from '../support/registry.js';

const MEMORY = { REGISTRY_STORAGE_DRIVER: 'memory' };

describe('the health of a registry', () => {
  let registry: TestRegistry;
  afterEach(() => registry.stop());

  const start = async (parts: Partial<Storage> = {}, settings: Record<string, string> = {}) => {
    registry = await TestRegistry.start({ ...MEMORY, ...settings }, parts);
  };
  const fails = (reason: string) => () => Promise.reject(new Error(reason));

  it.each(['/health', '/health/ready', '/health/ready?writes', '/health/live'])(
    'is ok at %s while everything works',
    async (path) => {
      await start();

      const response = await registry.http.get(path).expect(200);

      expect(response.body).toMatchObject({ status: 'ok' });
    },
  );

  it('is degraded while only writes fail, and names no path', async () => {
    await start({ writable: fails('ENOSPC: /srv/registry') });

    const response = await registry.http.get('/health/ready').expect(200);

    expect(response.body).toMatchObject({
      status: 'degraded',
      details: {
        reads: { status: 'up' },
        writes: { status: 'degraded', message: 'the storage cannot be written' },
      },
    });
    expect(response.text).not.toContain('/srv');
  });

  it('is an error for a supervisor that needs writes', async () => {
    await start({ writable: fails('ENOSPC') });

    const response = await registry.http.get('/health/ready?writes').expect(503);

    expect(response.body).toMatchObject({ status: 'error', error: { writes: { status: 'down' } } });
    await registry.http.get('/health/live').expect(200);
  });

  it('is an error while the storage cannot be read, but the process lives', async () => {
    await start({ ready: fails('gone') });

    const response = await registry.http.get('/health/ready').expect(503);

    expect(response.body).toMatchObject({ status: 'error', error: { reads: { status: 'down' } } });
    await registry.http.get('/health/live').expect(200);
  });

  it('is degraded while the registry is read-only', async () => {
    await start({}, { REGISTRY_READ_ONLY: 'true' });

    const response = await registry.http.get('/health').expect(200);

    expect(response.body).toMatchObject({
      status: 'degraded',
      details: { writes: { message: 'the registry is read-only' } },
    });
    await registry.http.get('/health/ready?writes').expect(503);
  });

  it('probes writes at most once in ten seconds', async () => {
    let probes = 0;
    await start({
      writable: () => {
        probes++;
        return Promise.resolve();
      },
    });

    for (let count = 0; count < 5; count++) await registry.http.get('/health').expect(200);

    expect(probes).toBe(1);
  });
});
