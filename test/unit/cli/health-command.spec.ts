import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { checkHealth } from '../../../src/cli/health-command.js';
import { PlainFailure } from '../../../src/cli/plain-failure.js';
import { loadSettings } from '../../../src/config/settings.js';
import { TestRegistry } from '../../support/registry.js';
import { CertificateFiles } from '../../e2e/tls/certificate-files.js';

const MEMORY = { REGISTRY_STORAGE_DRIVER: 'memory' };

let files: CertificateFiles;
beforeAll(async () => {
  files = await CertificateFiles.make('registry.test');
});
afterAll(() => files.remove());

/** Checks with the settings of the registry, as in its container. */
function check(port: number, environment: Readonly<Record<string, string>> = {}): Promise<void> {
  return checkHealth(loadSettings({ ...environment, REGISTRY_PORT: `${port}` }));
}

async function checkRegistry(environment: Readonly<Record<string, string>>): Promise<void> {
  const registry = await TestRegistry.start({ ...MEMORY, ...environment });
  try {
    await check(registry.port, environment);
  } finally {
    await registry.stop();
  }
}

describe('berth health succeeds', () => {
  it('with plain HTTP on any address', async () => {
    await checkRegistry({});
    await checkRegistry({ REGISTRY_HOST: '0.0.0.0', REGISTRY_AUTH: 'none' });
  });

  it('over HTTPS with a certificate for any name', async () => {
    await checkRegistry(files.environment);
  });

  it('over HTTPS that requires a client certificate, which the command does not have', async () => {
    const ca = { REGISTRY_TLS_CLIENT_CA: files.path('ca.crt') };
    await checkRegistry({ ...files.environment, ...ca });
  });
});

describe('berth health fails', () => {
  it.each([
    ['with plain HTTP', () => ({}), /^http:\/\/127.0.0.1:\d+\/health\/ready: .*ECONNREFUSED/],
    [
      'with TLS',
      () => files.environment,
      /^https:\/\/127.0.0.1:\d+\/health\/ready: .*ECONNREFUSED/,
    ],
    [
      'with client certificates',
      () => ({ ...files.environment, REGISTRY_TLS_CLIENT_CA: files.path('ca.crt') }),
      /^https:\/\/127.0.0.1:\d+\/health\/ready: .*ECONNREFUSED/,
    ],
  ])('on a closed port %s, and prints the reason', async (_, environment, message) => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await expect(check(port, environment())).rejects.toThrow(message);
    await expect(check(port, environment())).rejects.toThrow(PlainFailure);
  });

  it('for a registry with another scheme than in the settings', async () => {
    const registry = await TestRegistry.start({ ...MEMORY, ...files.environment });
    await expect(check(registry.port)).rejects.toThrow(/: status 400$/);
    await registry.stop();
  });

  it('for a registry that does not respond', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    await expect(check(port)).rejects.toThrow(/: no response within 2 seconds$/);
    silent.close();
  });

  it('for port 0, which cannot be checked', async () => {
    await expect(check(0)).rejects.toThrow(/^REGISTRY_PORT is 0: /);
  });
});
