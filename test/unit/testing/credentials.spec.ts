import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';

import {
  createTestRegistry,
  image,
  type TestRegistry,
  type TestRegistryOptions,
} from '../../../src/exports/testing.js';

const open: TestRegistry[] = [];

async function start(options: TestRegistryOptions): Promise<TestRegistry> {
  const registry = await createTestRegistry(options);
  open.push(registry);
  return registry;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((registry) => registry.close()));
});

function basic(name: string, password: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

/** Resolves to the status of a GET that trusts `ca`. */
function statusOf(url: string, ca: string | undefined, headers = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, headers, ...(ca === undefined ? {} : { ca }) }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject);
  });
}

describe('a test registry with users', () => {
  it('requires logins, and lets each user do everything', async () => {
    const registry = await start({ users: { alice: 'secret', bob: 'other' } });
    const tags = `${registry.url}/v2/team/app/tags/list`;
    await registry.push('team/app:1.0', image());

    expect((await fetch(tags)).status).toBe(401);
    expect((await fetch(tags, { headers: basic('alice', 'wrong') })).status).toBe(401);
    expect((await fetch(tags, { headers: basic('alice', 'secret') })).status).toBe(200);
    const manifest = `${registry.url}/v2/team/app/manifests/1.0`;
    const deleted = await fetch(manifest, { method: 'DELETE', headers: basic('bob', 'other') });
    expect(deleted.status).toBe(202);
  });

  it('can have rules for them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'berth-'));
    const rules = join(folder, 'access.yaml');
    await writeFile(
      rules,
      'rules:\n  - repositories: [team/**]\n    who: [alice]\n    can: [pull]\n',
    );
    const settings = { REGISTRY_ACCESS_FILE: rules };
    const registry = await start({ users: { alice: 'secret' }, settings });
    await registry.push('team/app:1.0', image());

    const manifest = `${registry.url}/v2/team/app/manifests/1.0`;
    const headers = basic('alice', 'secret');
    expect((await fetch(manifest, { headers })).status).toBe(200);
    expect((await fetch(manifest, { method: 'DELETE', headers })).status).toBe(403);
    await rm(folder, { recursive: true });
  });

  it.each([
    [{ 'al ice': 'secret' }, '"al ice" cannot be a user'],
    [{ authenticated: 'secret' }, 'authenticated cannot be a user'],
    [{ alice: '' }, "the password of alice is ''; allowed: a text of 1 to 72 bytes"],
    [{ alice: 'x'.repeat(73) }, 'the password of alice is'],
    [{ alice: 'a\nb' }, 'the password of alice is'],
  ])('refuses %j', async (users, message) => {
    await expect(start({ users })).rejects.toThrow(message);
  });
});

describe('a test registry with TLS', () => {
  it('serves a certificate that clients trust by its CA', async () => {
    const registry = await start({ tls: true });
    const { url, host, port, ca, caFile = '' } = registry;

    expect(url).toBe(`https://127.0.0.1:${port}`);
    expect(await statusOf(`${url}/v2/`, ca)).toBe(200);
    expect(await statusOf(`https://${host}/v2/`, ca)).toBe(200);
    await expect(statusOf(`${url}/v2/`, undefined)).rejects.toThrow('certificate');
    expect(readFileSync(caFile, 'utf8')).toBe(ca);
    expect(registry.requests).toHaveLength(2);
  });

  it('pushes and pulls, and can have users', async () => {
    const registry = await start({ tls: true, users: { alice: 'secret' } });
    await registry.push('team/app:1.0', image());

    expect(await registry.pull('team/app:1.0')).toEqual(image());
    const tags = `${registry.url}/v2/team/app/tags/list`;
    expect(await statusOf(tags, registry.ca)).toBe(401);
    expect(await statusOf(tags, registry.ca, basic('alice', 'secret'))).toBe(200);
  });

  it('leaves no file after close, and never the key of the CA', async () => {
    const registry = await start({ tls: true, users: { alice: 'secret' } });
    const folder = dirname(registry.caFile ?? '');

    const files = ['ca.crt', 'server.crt', 'server.key', 'users.htpasswd'];
    expect(readdirSync(folder).sort()).toEqual(files);
    await registry.close();

    expect(existsSync(folder)).toBe(false);
  });

  it('has no CA without the option', async () => {
    const { ca, caFile } = await start({});

    expect([ca, caFile]).toEqual([undefined, undefined]);
  });
});

describe('the options of a test registry', () => {
  it.each([
    [{ prot: 1 }, 'createTestRegistry has no prot; allowed: maxBytes, port, host, settings, users'],
    [{ port: '5000' }, "port of createTestRegistry is '5000'; allowed: an integer, 0 to 65535"],
    [{ tls: 'yes' }, "tls of createTestRegistry is 'yes'; allowed: true or false"],
    [{ users: ['alice'] }, "users of createTestRegistry is [ 'alice' ]; allowed: an object"],
    [{ storage: {} }, 'storage of createTestRegistry is {}; allowed: a directory, or a function'],
    [{ settings: { REGISTRY_PORT: 5 } }, 'settings of createTestRegistry is { REGISTRY_PORT: 5 }'],
    [
      { users: {}, settings: { REGISTRY_USERS_FILE: 'x' } },
      'users and REGISTRY_USERS_FILE are both',
    ],
    [{ tls: true, settings: { REGISTRY_TLS_CERT: 'x' } }, 'tls and REGISTRY_TLS_CERT are both set'],
  ])('are checked: %j', async (options, message) => {
    await expect(start(options as TestRegistryOptions)).rejects.toThrow(message);
  });
});
