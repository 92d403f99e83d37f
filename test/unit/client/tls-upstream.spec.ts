import { writeFile } from 'node:fs/promises';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { openRegistryClient } from '../../../src/client/open-registry-client.js';
import { type RegistryClient } from '../../../src/client/registry-client.js';
import { type Pem } from '../../../src/cli/dev-certificates/issue.js';
import { type Upstream } from '../../../src/client/upstream.js';
import { Digest } from '../../../src/domain/digest.js';
import { parseTagName } from '../../../src/domain/reference.js';
import {
  pushImage,
  repo,
  uniqueBytes,
  type BuiltImage,
} from '../../../src/storage/contract/fixtures.js';
import { CertificateFiles } from '../../e2e/tls/certificate-files.js';
import { passwordOf, usersFile } from '../../support/access.js';
import { TestRegistry } from '../../support/registry.js';
import { clientOptions, digestOf, upstreamAt } from '../../support/upstreams/client.js';
import { ConnectProxy } from '../../support/upstreams/connect-proxy.js';
import { SeenServer } from '../../support/upstreams/seen-server.js';

const LATEST = parseTagName('latest');
const RULES = `
rules:
  - { repositories: ['public/**'], who: [anonymous], can: [pull] }
  - { repositories: ['team/**'], who: [alice], can: [pull] }
`;

describe('a client of a Berth with logins and a certificate of a private CA', () => {
  const layer = uniqueBytes(50_000);
  let files: CertificateFiles;
  let registry: TestRegistry;
  let image: BuiltImage;
  let url: string;
  let client: RegistryClient;
  beforeAll(async () => {
    files = await CertificateFiles.make('localhost');
    await files.write('users.htpasswd', await usersFile(['alice', 'bob']));
    await files.write('access.yaml', RULES);
    await files.write('password', passwordOf('alice'));
    registry = await TestRegistry.start({
      ...files.environment,
      REGISTRY_USERS_FILE: files.path('users.htpasswd'),
      REGISTRY_ACCESS_FILE: files.path('access.yaml'),
    });
    image = await pushImage(registry.storage, repo('team/app'), {
      tags: ['latest'],
      layers: [layer],
    });
    url = `https://localhost:${registry.port}`;
  });
  afterEach(() => client.close());
  afterAll(async () => {
    await registry.stop();
    await files.remove();
  });

  function open(more: Partial<Upstream>): RegistryClient {
    client = openRegistryClient(upstreamAt(url, more), clientOptions());
    return client;
  }
  const ca = () => ({ caFile: files.path('ca.crt') });
  const alice = () => ({ login: { user: 'alice', passwordFile: files.path('password') } });

  it('reads a private image by the login', async () => {
    open({ ...ca(), ...alice() });

    expect(await client.stat('team/app', LATEST)).toMatchObject({ digest: image.digest });
    expect(await client.manifest('team/app', image.digest)).toBeDefined();
    const blob = await client.blob('team/app', Digest.of(layer), 10);
    expect(await digestOf(blob)).toEqual(Digest.of(layer.subarray(10)));
    expect(await client.tags('team/app')).toEqual({ tags: ['latest'] });
  });

  it('is refused without the login', async () => {
    await expect(open(ca()).stat('team/app', LATEST)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('refuses requests without a login with 401; add a login'),
    });
  });

  it('reads through a proxy', async () => {
    const proxy = await ConnectProxy.start(url);
    try {
      open({ ...ca(), ...alice(), proxy: new URL(proxy.url) });

      expect(await client.stat('team/app', LATEST)).toMatchObject({ digest: image.digest });
      const targets = new Set(proxy.tunnels.map(({ target }) => target));
      expect([...targets]).toEqual([`localhost:${registry.port}`]);
    } finally {
      await client.close();
      await proxy.stop();
    }
  });

  it('trusts no registry with an unknown CA', async () => {
    await expect(open({}).stat('team/app', LATEST)).rejects.toMatchObject({
      kind: 'unavailable',
      message:
        'upstream.test did not send the manifest team/app:latest: its certificate is signed by an unknown CA; ' +
        'name the file of the CA in the mirror: ca: FILE',
    });
  });

  it('trusts the CA once its file is there', async () => {
    const file = files.path('later.crt');
    open({ caFile: file, ...alice() });
    await expect(client.stat('team/app', LATEST)).rejects.toThrow(': later.crt: it');

    await writeFile(file, 'not a certificate');
    await expect(client.stat('team/app', LATEST)).rejects.toThrow('has no certificate');
    const other = await CertificateFiles.make('localhost');
    await writeFile(file, other.ca);
    await other.remove();
    await expect(client.stat('team/app', LATEST)).rejects.toThrow('unknown CA');

    await writeFile(file, files.ca);
    expect(await client.stat('team/app', LATEST)).toBeDefined();
  });

  it('does not accept a certificate for another host', async () => {
    const other = upstreamAt(`https://127.0.0.1:${registry.port}`, ca());
    client = openRegistryClient(other, clientOptions());

    await expect(client.stat('team/app', LATEST)).rejects.toThrow(
      'its certificate is for other hosts',
    );
  });
});

describe('a client of a registry with TLS', () => {
  let files: CertificateFiles;
  let plain: SeenServer;
  let registry: SeenServer;
  let client: RegistryClient;
  beforeAll(async () => {
    files = await CertificateFiles.make('localhost');
    plain = await SeenServer.start((_, response) => void response.end());
  });
  afterEach(async () => {
    await client.close();
    await registry.stop();
  });
  afterAll(async () => {
    await plain.stop();
    await files.remove();
  });

  async function open(status: number, headers: Readonly<Record<string, string>>, pem?: Pem) {
    const certificate = pem ?? (await files.server('localhost'));
    registry = await SeenServer.start((_, response) => {
      response.writeHead(status, headers).end();
    }, certificate);
    const upstream = upstreamAt(registry.url, { caFile: files.path('ca.crt') });
    client = openRegistryClient(upstream, clientOptions());
    return client.stat('app', LATEST);
  }

  it('follows no redirect to plain HTTP', async () => {
    await expect(open(307, { location: `${plain.url}/v2/x` })).rejects.toThrow(
      /it redirects from https to http at 127\.0\.0\.1:\d+$/,
    );
    expect(plain.connections).toBe(0);
  });

  it('asks no token service by plain HTTP', async () => {
    const challenge = { 'www-authenticate': `Bearer realm="${plain.url}/token"` };

    await expect(open(401, challenge)).rejects.toThrow('/token is not encrypted');
    expect(plain.connections).toBe(0);
  });

  it('reports an expired certificate', async () => {
    await expect(open(200, {}, await files.expired('localhost'))).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('its certificate has expired'),
    });
  });
});
