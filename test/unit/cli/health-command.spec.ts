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

/** Asks with the settings that the registry has, as they are in its container. */
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

describe('a registry that serves is healthy', () => {
  it('by plain HTTP, whatever it listens on', async () => {
    await checkRegistry({});
    await checkRegistry({ REGISTRY_HOST: '0.0.0.0', REGISTRY_AUTH: 'none' });
  });

  it('with a certificate for any name', async () => {
    await checkRegistry(files.environment);
  });

  it('where clients must show a certificate, which this one has not', async () => {
    const ca = { REGISTRY_TLS_CLIENT_CA: files.path('ca.crt') };
    await checkRegistry({ ...files.environment, ...ca });
  });
});

describe('no registry', () => {
  it.each([
    ['by plain HTTP', () => ({}), /^http:\/\/127.0.0.1:\d+\/health: .*ECONNREFUSED/],
    ['by TLS', () => files.environment, /^https:\/\/127.0.0.1:\d+\/health: .*ECONNREFUSED/],
    [
      'with certificates of clients',
      () => ({ ...files.environment, REGISTRY_TLS_CLIENT_CA: files.path('ca.crt') }),
      /^https:\/\/127.0.0.1:\d+\/health: .*ECONNREFUSED/,
    ],
  ])('%s is not healthy, and the command says what it met', async (_, environment, message) => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await expect(check(port, environment())).rejects.toThrow(message);
    await expect(check(port, environment())).rejects.toThrow(PlainFailure);
  });

  it('is one that does not speak as the settings say', async () => {
    const registry = await TestRegistry.start({ ...MEMORY, ...files.environment });
    await expect(check(registry.port)).rejects.toThrow(/: answers 400$/);
    await registry.stop();
  });

  it('is one that says nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    await expect(check(port)).rejects.toThrow(/: no response within 2 seconds$/);
    silent.close();
  });

  it('can be asked on a port that only it knows', async () => {
    await expect(check(0)).rejects.toThrow(/^REGISTRY_PORT is 0: /);
  });
});
