import { expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { OPENAPI } from '../../../src/api/description/openapi.js';
import { Digest } from '../../../src/domain/digest.js';
import { buildImage, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { berth } from '../../support/berth.js';
import { useClosing } from '../../support/closing.js';
import { freePort, startServer, type ServerProcess } from '../../support/server-process.js';
import { until } from '../../support/until.js';
import { ConnectProxy } from '../../support/upstreams/connect-proxy.js';
import { FakeHub } from '../../support/upstreams/fake-hub.js';

const closeAfterTest = useClosing();

const secret = (name: string): string => `${name}-${randomBytes(9).toString('hex')}`;

const SECRETS = {
  file: secret('of-the-file'),
  helper: secret('of-the-helper'),
  wrong: secret('wrong'),
  proxy: secret('of-the-proxy'),
  egress: secret('of-the-egress'),
};

const USER = 'acme';
const image = buildImage([uniqueBytes(100_000)]);
const broken = buildImage([uniqueBytes(100_000)]);

/** Starts a stand-in for Docker Hub whose image only this password reads. */
async function startHub(password: string): Promise<FakeHub> {
  const hub = await FakeHub.start({ users: { [USER]: password } });
  closeAfterTest(() => hub.stop());
  for (const [tag, one] of Object.entries({ '1': image, broken })) {
    hub.content.add('acme/app', one, tag);
  }
  hub.content.makePrivate('acme/app');
  return hub;
}

/** Starts a proxy that refuses every login. */
async function startProxy(): Promise<ConnectProxy> {
  const proxy = await ConnectProxy.start('http://127.0.0.1:1');
  closeAfterTest(() => proxy.stop());
  proxy.status = 407;
  return proxy;
}

/** Writes a program that prints a login after a second, so that it can be seen among the processes. */
async function writeHelper(folder: string): Promise<string> {
  const path = join(folder, 'docker-credential-slow');
  const login = JSON.stringify({ Username: USER, Secret: SECRETS.helper });
  await writeFile(join(folder, 'login'), login);
  await writeFile(path, `#!/bin/sh\nsleep 1\ncat '${join(folder, 'login')}'\n`);
  await chmod(path, 0o755);
  return path;
}

/** Resolves to the command lines of all processes, as `ps` shows them. */
async function processes(): Promise<string> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = ids.map((id) =>
    // Some processes end meanwhile.
    readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => ''),
  );
  return (await Promise.all(lines)).join('\n');
}

async function textOf(url: string): Promise<string> {
  const response = await fetch(url);
  const headers = JSON.stringify([...response.headers]);
  return `${response.status} ${headers} ${await response.text()}`;
}

/** Resolves to the answers of all routes of the API that only read. */
async function answersOfApi(server: ServerProcess): Promise<string[]> {
  const values: Readonly<Record<string, string>> = {
    name: encodeURIComponent('file/acme/app'),
    reference: '1',
    tag: '1',
    digest: `${image.digest}`,
  };
  const answers: string[] = [];
  for (const [path, methods] of Object.entries(OPENAPI['paths'] as Record<string, object>)) {
    if (!('get' in methods) || path.endsWith('/stream')) continue;
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => values[key] ?? 'none');
    answers.push(await textOf(server.url + filled));
  }
  return answers;
}

it('nothing that a registry with mirrors shows or logs has a password, a token or a signature', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-mirror-secrets-'));
  closeAfterTest(() => rm(folder, { recursive: true }));
  const file = (name: string): string => join(folder, name);
  await writeFile(file('password'), SECRETS.file);
  await writeFile(file('wrong'), SECRETS.wrong);
  const hub = await startHub(SECRETS.file);
  const ofHelper = await startHub(SECRETS.helper);
  const proxy = await startProxy();
  const egress = await startProxy();
  const login = (passwordFile: string): string =>
    `login: { user: ${USER}, passwordFile: ${passwordFile} }, content: public, addresses: private`;
  const withLogin = (address: ConnectProxy, password: string): string =>
    address.url.replace('//', `//${USER}:${password}@`);
  const mirrors = `mirrors:
  - { name: file, url: '${hub.url}', ${login('password')} }
  - { name: wrong, url: '${hub.url}', ${login('wrong')} }
  - { name: helper, url: '${ofHelper.url}', login: { command: ['${await writeHelper(folder)}', get] }, content: public, addresses: private }
  - { name: proxied, url: '${hub.url}', proxy: '${withLogin(proxy, SECRETS.proxy)}', ${login('password')} }
  - { name: egress, url: 'https://registry.example', ${login('password')} }
`;
  await writeFile(file('mirrors.yaml'), mirrors);
  const metrics = `127.0.0.1:${await freePort()}`;
  const environment = {
    REGISTRY_MIRRORS_FILE: file('mirrors.yaml'),
    REGISTRY_LOG_LEVEL: 'debug',
    REGISTRY_AUDIT_LOG: file('audit.jsonl'),
    REGISTRY_AUDIT_PULLS: 'on',
    REGISTRY_METRICS: metrics,
    HTTPS_PROXY: withLogin(egress, SECRETS.egress),
  };
  let log = '';
  const onOutput = (text: string): void => void (log += text);
  const storagePath = file('data');
  const server = await startServer({ driver: 'filesystem', storagePath, environment, onOutput });
  closeAfterTest(() => server.stop());

  const shown: string[] = [];
  const pull = async (mirror: string, reference = '1'): Promise<string> => {
    const got = await textOf(`${server.url}/v2/${mirror}/acme/app/manifests/${reference}`);
    shown.push(got);
    return got.slice(0, 3);
  };
  const slow = pull('helper');
  for (let looks = 0; looks < 5; looks++) shown.push(await processes());
  expect(await slow).toBe('200');
  expect(await pull('file')).toBe('200');
  for (const mirror of ['wrong', 'proxied', 'egress']) expect(await pull(mirror)).toBe('503');
  expect(await pull('file', 'broken')).toBe('200');
  hub.fail('cdn', { status: 500 }, 1);
  const [layer = Buffer.alloc(0)] = broken.layers;
  const failed = await textOf(`${server.url}/v2/file/acme/app/blobs/${Digest.of(layer)}`);
  expect(failed.slice(0, 3)).toBe('503');
  shown.push(failed, await processes(), await textOf(`http://${metrics}/metrics`));
  const answers = await answersOfApi(server);
  expect(answers.filter((answer) => answer.startsWith('200 ')).length).toBeGreaterThan(20);
  shown.push(...answers, await berth(['mirror', 'check'], { environment }));
  await until(() => log.includes('broken'));
  shown.push(log, server.output(), await readFile(file('audit.jsonl'), 'utf8'));

  const sent = [hub, ofHelper].flatMap((one) => [
    ...one.requests('registry'),
    ...one.requests('tokens'),
    ...one.requests('cdn'),
  ]);
  const tunnels = [...proxy.tunnels, ...egress.tunnels];
  const authorizations = [...sent, ...tunnels].flatMap(({ authorization }) =>
    authorization === undefined ? [] : [authorization.replace(/^\w+ /, '')],
  );
  const signatures = sent.flatMap(({ path }) => /signature=(\w+)/.exec(path)?.[1] ?? []);
  const all = shown.join('\n');
  expect(tunnels.some(({ authorization }) => authorization === undefined)).toBe(false);
  expect([proxy, egress].map((one) => one.tunnels.length > 0)).toEqual([true, true]);
  expect(authorizations.length).toBeGreaterThan(5);
  expect(signatures.length).toBeGreaterThan(0);
  for (const one of [...Object.values(SECRETS), ...authorizations, ...signatures]) {
    expect({ one, isShown: all.includes(one) }).toEqual({ one, isShown: false });
  }
});
