import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { parseTagName } from '../../../../src/domain/reference.js';
import { parseRepositoryName } from '../../../../src/domain/repository-name.js';
import { InvalidFile } from '../../../../src/files/invalid-file.js';
import { parseMirrorsFile } from '../../../../src/mirror/plan/mirrors-file.js';

const DAY_MS = 86_400_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-mirrors-file-'));
  await writeFile(join(folder, 'hub.token'), 'secret-of-hub\n');
  await writeFile(join(folder, 'empty.token'), '\n');
  await writeFile(join(folder, 'lab-ca.pem'), '-----BEGIN CERTIFICATE-----\n');
});
afterAll(() => rm(folder, { recursive: true }));

const parse = (text: string, problemOfPrivate?: (name: string) => string | undefined) =>
  parseMirrorsFile(
    text,
    join(folder, 'mirrors.yaml'),
    problemOfPrivate === undefined ? {} : { problemOfPrivate },
  );

async function mistakesOf(
  text: string,
  problemOfPrivate?: (name: string) => string | undefined,
): Promise<string[]> {
  const failed = await parse(text, problemOfPrivate).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failed instanceof InvalidFile)) throw new Error('the file has no mistake');
  return failed.message.replaceAll(`${folder}/`, '').split('\n');
}

/** A file with one mirror that says `rest` in its second line. */
const mirror = (rest: string): string =>
  `mirrors:\n  - { name: quay.io, url: 'https://quay.io',\n    ${rest} }\n`;

describe('the mirrors file', () => {
  it('says which registries are mirrored, and how', async () => {
    const { mirrors, local, listen } = await parse(`
defaults: { fresh: 1m, stale: 60d, connections: 4 }
mirrors:
  - name: docker.io
    url: https://registry-1.docker.io
    also: [index.docker.io, registry-1.docker.io]
    login: { user: acme, passwordFile: hub.token }
    content: public
    allow: ['library/*', 'bitnami/*']
    deny: [library/secret]
    fresh: 10m
  - name: ecr
    url: https://1234.dkr.ecr.eu-west-1.amazonaws.com
    login: { command: [docker-credential-ecr-login, get] }
    content: private
    fetch: [group:team, carol]
    realm: https://auth.example/token
  - name: lab
    url: http://registry.lab.example:5000
    ca: lab-ca.pem
    addresses: private
    proxy: http://proxy.lab.example:3128
    library: true
    offline: true
local: ['registry.example.com:5000']
listen: { '127.0.0.1:5001': docker.io }
`);

    const [hub, ecr, lab] = mirrors;
    expect(hub).toMatchObject({
      name: 'docker.io',
      also: ['index.docker.io', 'registry-1.docker.io'],
      library: true,
      login: { user: 'acme', passwordFile: join(folder, 'hub.token') },
      content: 'public',
      addresses: 'public',
      offline: false,
      freshMs: 600_000,
      staleMs: 60 * DAY_MS,
      missingMs: 60_000,
      connections: 4,
    });
    expect(hub?.url.href).toBe('https://registry-1.docker.io/');
    expect(hub?.allow.map(({ text }) => text)).toEqual(['library/*', 'bitnami/*']);
    expect(hub?.deny.map(({ text }) => text)).toEqual(['library/secret']);
    expect(hub?.fetch).toBeUndefined();
    expect(ecr).toMatchObject({
      library: false,
      login: { command: ['docker-credential-ecr-login', 'get'] },
      content: 'private',
      fetch: ['group:team', 'carol'],
      freshMs: 60_000,
    });
    expect(ecr?.realm?.href).toBe('https://auth.example/token');
    expect(lab).toMatchObject({
      caFile: join(folder, 'lab-ca.pem'),
      addresses: 'private',
      library: true,
      offline: true,
    });
    expect(lab?.proxy?.href).toBe('http://proxy.lab.example:3128/');
    expect(local).toEqual(['registry.example.com:5000']);
    expect([...listen]).toEqual([['127.0.0.1:5001', 'docker.io']]);
  });

  it.each(['', '# nothing yet\n', 'defaults: {}\n'])('may be as short as %j', async (text) => {
    expect(await parse(text)).toEqual({ mirrors: [], local: [], listen: new Map() });
  });

  it('has defaults for what a mirror does not say', async () => {
    const { mirrors } = await parse(mirror(''));
    expect(mirrors[0]).toMatchObject({
      freshMs: 300_000,
      staleMs: 30 * DAY_MS,
      missingMs: 60_000,
      connections: 8,
      content: 'public',
      addresses: 'public',
      allow: [],
      deny: [],
    });
  });

  it('says what of a mirror is kept, for all mirrors or for one of them', async () => {
    const { mirrors } = await parse(`
defaults: { keep: { unused: 30d, bytes: 50GiB } }
mirrors:
  - { name: a, url: 'https://a.example' }
  - { name: b, url: 'https://b.example', keep: { bytes: 1GiB } }
  - { name: c, url: 'https://c.example', keep: {} }
`);

    expect(mirrors.map(({ keep }) => keep)).toEqual([
      { unusedMs: 30 * DAY_MS, bytes: 50 * 1024 ** 3 },
      { bytes: 1024 ** 3 },
      {},
    ]);
    expect((await parse(mirror(''))).mirrors[0]).toMatchObject({ keep: {}, pin: [] });
  });

  it.each([
    ['org/app', 'org/app', '1', true],
    ['org/app:3.*', 'org/app', '3.1', true],
    ['org/app:3.*', 'org/app', '3', false],
    ['org/app:*-*-slim', 'org/app', '3-x-slim', true],
    ['org/app:a*a', 'org/app', 'a', false],
    ['org/*:latest', 'org/other', 'latest', true],
    ['org/*:latest', 'org/other', '1', false],
    ['org/app:1', 'org/app', '1', true],
    ['org/app:1', 'org/app/more', '1', false],
    ['app:1', 'library/app', '1', true],
    ['**:1', 'org/app', '1', true],
  ])('lets the pin %s match %s:%s or not', async (pin, repository, tag, expected) => {
    const { mirrors } = await parse(mirror(`library: true, pin: ['${pin}']`));

    const [read] = mirrors[0]?.pin ?? [];
    expect(read?.matches(parseRepositoryName(repository), parseTagName(tag))).toBe(expected);
  });

  it('changes the fingerprint of a mirror with what it says about that mirror', async () => {
    const of = async (rest: string) => (await parse(mirror(rest))).mirrors[0]?.fingerprint;
    const before = await of('');

    expect(before).toMatch(/^[\w-]{16}$/);
    expect(await of('library: false')).toBe(before);
    expect(await of('library: true')).not.toBe(before);
    expect(await of("allow: ['a/*']")).not.toBe(before);
    expect(await of('missing: 2m')).not.toBe(before);
    expect(await of('keep: { bytes: 1GiB }')).not.toBe(before);
    expect(await of('pin: [a]')).not.toBe(await of('pin: [b]'));
  });

  it.each([
    [
      'caches: []',
      '1:1: unknown key "caches" in the file; allowed: defaults, mirrors, local, listen',
    ],
    ['defaults: { fresh: soon }', '1:20: fresh is "soon"; allowed: a number with a unit'],
    ['defaults: { fresh: 30d }', '1:20: fresh is "30d"; allowed: a number with a unit: ms, s, m'],
    ['defaults: { keep: 5 }', '1:19: keep must be a map'],
    ['defaults: { keep: { bytes: 50 } }', '1:28: bytes is "50"; allowed: a number of bytes'],
    ['defaults: { keep: { unused: 1s } }', '1:29: unused is "1s"; allowed: a number with a unit'],
    ['defaults: { keep: { tags: 3 } }', '1:21: unknown key "tags" in keep; allowed: unused, bytes'],
    ["defaults: { pin: ['a'] }", '1:13: unknown key "pin" in defaults'],
    ['mirrors: []', '1:10: mirrors must not be empty'],
    ['mirrors: [{ name: a }]', '1:11: a mirror needs "url"'],
    ["local: ['http://a']", '1:9: "http://a" is not a host; write it as clients send it in ns'],
    [
      'listen: { here: quay.io }',
      '1:17: here cannot be listened at; allowed: an address and a port',
    ],
    ["listen: { '[::1]:80': quay.io }", '1:23: there is no mirror quay.io'],
  ])('reports the mistake in %j with its place', async (text, expected) => {
    expect((await mistakesOf(text)).join('\n')).toContain(`mirrors.yaml:${expected}`);
  });

  it.each([
    ['quota: {}', '3:5: unknown key "quota" in a mirror; allowed: also, library, login'],
    ['pin: [a@sha256]', '3:11: a@sha256 has a digest; pin a tag, such as library/alpine:3.*'],
    ["pin: ['a:b:c']", '3:11: a:b:c is not a pattern of tags; write a repository and a tag'],
    ["pin: ['a:']", '3:11: a: is not a pattern of tags; write a repository and a tag'],
    ["pin: ['A:1']", '3:11: no repository can match A'],
    ['pin: [quay.io/a]', '3:11: quay.io/a begins with the name of the mirror; write a'],
    ['also: [Index.docker.io]', '3:12: "Index.docker.io" is not a host'],
    ['also: [quay.io]', '3:12: another mirror has the name quay.io already'],
    ['library: yes', '3:14: library is "yes"; allowed: true, false'],
    ['content: secret', '3:14: content is "secret"; allowed: public, private'],
    ['addresses: all', '3:16: addresses is "all"; allowed: public, private'],
    ["allow: ['a**']", '3:13: in a**, ** is beside other characters'],
    ['connections: 0', '3:18: connections is "0"; allowed: a whole number from 1 to 1000'],
    ['fetch: [a b]', '3:13: "a b" cannot be a user: it contains a space'],
    ['ca: none.pem', '3:9: none.pem: it cannot be read: ENOENT'],
    ['ca: hub.token', '3:9: hub.token has no certificate in PEM'],
    ["realm: 'ftp://a'", '3:12: realm must begin with https:// or http:// and a host'],
    ["proxy: 'socks5://a'", '3:12: proxy must begin with http:// or https:// and a host'],
    ['login: {}, content: public', '3:12: a login has user and passwordFile, or command'],
    ['login: { user: a }, content: public', '3:12: login needs "passwordFile"'],
    ['login: { passwordFile: hub.token }, content: public', '3:12: login needs "user"'],
    [
      'login: { user: a, command: [b] }, content: public',
      '3:12: a login has user and passwordFile, or command',
    ],
    [
      'login: { user: a, passwordFile: empty.token }, content: public',
      '3:37: empty.token is empty: write the password into it',
    ],
    [
      'login: { user: a, passwordFile: hub.token }',
      '3:12: a mirror with a login needs "content": public if everybody may have what the login reads',
    ],
  ])('reports the mistake in a mirror with %j', async (rest, expected) => {
    expect((await mistakesOf(mirror(rest))).join('\n')).toContain(`mirrors.yaml:${expected}`);
  });

  it.each(['Quay.io', 'a/b', 'localhost:5000', 'v2', 'api', 'console', 'health', ''])(
    'refuses %j as the name of a mirror',
    async (name) => {
      const text = `mirrors: [{ name: '${name}', url: 'https://quay.io' }]`;
      expect(await mistakesOf(text)).toEqual([expect.stringMatching(/^mirrors\.yaml:1:19: /)]);
    },
  );

  it.each(['quay.io', 'ftp://quay.io', 'https://quay.io/v2', 'https://quay.io?a', 'https://'])(
    'refuses %j as the URL of a mirror',
    async (url) => {
      const text = `mirrors: [{ name: quay.io, url: '${url}' }]`;
      expect(await mistakesOf(text)).toEqual([expect.stringMatching(/^mirrors\.yaml:1:33: url /)]);
    },
  );

  it('does not repeat a password that somebody wrote into a URL', async () => {
    const text = "mirrors: [{ name: quay.io, url: 'https://me:hunter2@quay.io' }]";
    expect(await mistakesOf(text)).toEqual([
      'mirrors.yaml:1:33: url must have no user and no password: write them under login',
    ]);
  });

  it('refuses a host that would mean two mirrors, or a mirror and this registry', async () => {
    const text = `
mirrors:
  - { name: a.example, url: 'https://a.example', also: [b.example] }
  - { name: b.example, url: 'https://b.example' }
  - { name: c.example, url: 'https://c.example', also: [a.example] }
local: [c.example]
`;
    expect(await mistakesOf(text)).toEqual([
      'mirrors.yaml:4:13: b.example means the mirror a.example already',
      'mirrors.yaml:5:57: a.example means the mirror a.example already',
      'mirrors.yaml:6:9: c.example cannot mean this registry: it means the mirror c.example',
    ]);
  });

  it('reports a private mirror whose content would not stay private', async () => {
    const open = (name: string) => `everybody may pull from ${name}`;

    expect(await mistakesOf(mirror('content: private'), open)).toEqual([
      'mirrors.yaml:3:14: everybody may pull from quay.io',
    ]);
    expect((await parse(mirror('content: public'), open)).mirrors).toHaveLength(1);
  });
});
