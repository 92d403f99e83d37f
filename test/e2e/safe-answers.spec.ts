import { mkdtemp, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { loadSettings } from '../../src/config/settings.js';
import { openLocalStorage } from '../../src/storage/open-local-storage.js';
import { type BlobStore } from '../../src/storage/ports/blob-store.js';
import { describeRegistry, TestRegistry } from '../support/registry.js';

describeRegistry('every response', (registry) => {
  it.each([
    ['get', '/v2/'],
    ['get', '/v2/team/app/manifests/1.0'],
    ['get', '/health'],
    ['get', '/no/such/path'],
    ['post', '/v2/team/app/blobs/uploads/'],
    ['delete', '/v2/'],
    ['get', '/v2/%zz'],
  ] as const)('forbids browsers to guess types and to run content: %s %s', async (method, path) => {
    const { headers } = await registry().http[method](path);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  it.each([
    'nonsense\r\n\r\n',
    'CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /v2/ HTTP/1.1\r\nHost: x\r\nExpect: y\r\nConnection: close\r\n\r\n',
  ])('does so even to %j', async (request) => {
    const socket = connect(registry().port, '127.0.0.1');
    socket.end(request);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    expect(text).toMatch(/x-content-type-options: nosniff/i);
    expect(text).toMatch(/content-security-policy: default-src 'none'/i);
  });
});

describe('a blob that cannot be read', () => {
  it('becomes an error with the same headers, and with none of the blob', async () => {
    const blobs = {
      open: () =>
        Promise.resolve({
          size: 5,
          // It fails before its first byte.
          async *read(): AsyncGenerator<Uint8Array> {
            await Promise.reject(new Error('EIO'));
          },
          close: () => Promise.resolve(),
        }),
    };
    const registry = await TestRegistry.start(
      { REGISTRY_STORAGE_DRIVER: 'memory' },
      { blobs: blobs as unknown as BlobStore },
    );
    const { status, headers } = await registry.http.get(
      `/v2/team/app/blobs/sha256:${'0'.repeat(64)}`,
    );
    await registry.stop();

    expect(status).toBe(500);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(Object.keys(headers)).not.toContain('docker-content-digest');
    expect(Object.keys(headers)).not.toContain('accept-ranges');
  });
});

describe('a new data directory', () => {
  it('is closed to other users of the machine', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'berth-mode-'));
    const path = join(parent, 'data');
    const storage = openLocalStorage(loadSettings({ REGISTRY_STORAGE_PATH: path }));
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    await storage.close();
    await rm(parent, { recursive: true });
  });
});
