import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';

import { PROJECT_ROOT } from '../../support/server-process.js';
import { useBench, type Bench, type Guard } from './bench.js';
import type { Finished } from './command.js';
import { gatherApplication } from './files.js';
import { TAG, type Client, type Person } from './logins/client.js';
import { PODMAN } from './logins/containers.js';
import { CRANE } from './logins/crane.js';
import { DOCKER } from './logins/docker.js';
import { done } from './logins/outcome.js';
import { OciLayout } from './oci-layout.js';

const PASSWORD = 'a good password';
const RULES = `
rules:
  - { repositories: ['team/*'], who: [alice], can: [pull, push] }
  - { repositories: ['team/*'], who: [reader], can: [pull] }
`;
const GUARD: Guard = {
  mode: 'token',
  passwords: { alice: PASSWORD, reader: PASSWORD },
  rules: RULES,
};

/** What a client prints for each refusal. */
const WORDS = {
  docker: {
    login: 'unauthorized: log in first',
    password: 'unauthorized: invalid or expired credentials',
    right: 'denied: reader may not push here',
    tag: 'manifest unknown: the repository has no such manifest',
    readOnly: 'denied: the registry is read-only: it accepts no pushes and deletes',
    rate: 'toomanyrequests: too many requests in a second',
    // docker sends a layer again for minutes before it prints these words.
    size: undefined,
    full: undefined,
  },
  podman: {
    login: 'unauthorized: log in first',
    password: 'invalid username/password',
    right: 'denied: reader may not push here',
    tag: 'manifest unknown: the repository has no such manifest',
    readOnly: 'denied: the registry is read-only: it accepts no pushes and deletes',
    rate: 'too many requests to registry',
    size: 'blob upload invalid: uploads are limited to 1024 bytes',
    full: 'received unexpected HTTP status: 507 Insufficient Storage',
  },
  crane: {
    login: 'UNAUTHORIZED: log in first',
    password: 'UNAUTHORIZED: invalid or expired credentials',
    right: 'DENIED: reader may not push here',
    tag: 'MANIFEST_UNKNOWN: the repository has no such manifest',
    readOnly: 'DENIED: the registry is read-only: it accepts no pushes and deletes',
    rate: 'TOOMANYREQUESTS: too many requests in a second',
    size: 'BLOB_UPLOAD_INVALID: uploads are limited to 1024 bytes',
    full: 'DENIED: the storage takes no more data',
  },
};

const CLIENTS = [
  { client: DOCKER, words: WORDS.docker },
  { client: PODMAN, words: WORDS.podman },
  { client: CRANE, words: WORDS.crane },
] as const;

let page: string;
beforeAll(async () => {
  page = await readFile(join(PROJECT_ROOT, 'docs/troubleshooting.md'), 'utf8');
});

/** Checks that the client fails with these words, and that a search of the page finds them. */
async function saysAsDocumented(command: Promise<Finished>, words: string): Promise<void> {
  const { code, stdout, stderr } = await command;
  expect(`${stderr}\n${stdout}`).toContain(words);
  expect(code).not.toBe(0);
  // The page has no digits of a test.
  expect(page).toContain(words.replace('1024', 'N'));
}

async function imageFor(bench: Bench): Promise<OciLayout> {
  const { app } = await gatherApplication(bench.path('files'));
  const image = await OciLayout.create(bench.path('layout'));
  await image.tag(TAG, await image.addImage({ layers: [app] }));
  return image;
}

async function aliceOf(client: Client, bench: Bench): Promise<Person> {
  const alice = await (await client.start(bench, await imageFor(bench)))('alice');
  await alice.logIn('alice', PASSWORD);
  return alice;
}

describe('docs/troubleshooting.md has the words of', () => {
  const bench = useBench({ guard: GUARD });
  let image: OciLayout;
  beforeAll(async () => {
    image = await imageFor(bench());
  });

  describe.each(CLIENTS)('$client.name', ({ client, words }) => {
    let person: (name: string) => Promise<Person>;
    let alice: Person;
    beforeAll(async () => {
      person = await client.start(bench(), image);
      alice = await person('alice');
      await done(alice.logIn('alice', PASSWORD));
      await done(alice.push(`team/app:${TAG}`));
    });

    it('for a push without a login', async () => {
      const stranger = await person('stranger');
      await saysAsDocumented(stranger.push(`team/x:${TAG}`), words.login);
    });

    it('for a wrong password', async () => {
      const typo = await person('typo');
      const login = typo.logIn('alice', 'wrong');
      const tried = client.triesLogins ? login : login.then(() => typo.push(`team/x:${TAG}`));
      await saysAsDocumented(tried, words.password);
    });

    it('for a missing right', async () => {
      const reader = await person('reader');
      await done(reader.logIn('reader', PASSWORD));
      await saysAsDocumented(reader.push(`team/app:2.0`), words.right);
    });

    it('for an unknown tag', async () => {
      await saysAsDocumented(alice.pull('team/app:none'), words.tag);
    });

    it('for a registry that is read-only', async () => {
      await bench().berth(['read-only', 'on']);
      try {
        await saysAsDocumented(alice.push(`team/new:${TAG}`), words.readOnly);
      } finally {
        await bench().berth(['read-only', 'off']);
      }
    });
  });
});

describe.each([
  ['a layer that is too large', { REGISTRY_MAX_UPLOAD_BYTES: '1KiB' }, 'size'],
  ['a disk without space', { REGISTRY_STORAGE_MIN_FREE: '900TiB' }, 'full'],
  ['too many requests', { REGISTRY_MAX_REQUESTS_PER_SECOND: '1' }, 'rate'],
] as const)('docs/troubleshooting.md has the words for %s of', (_, settings, why) => {
  const bench = useBench({ guard: GUARD, settings });

  for (const { client, words } of CLIENTS) {
    const expected = words[why];
    if (expected === undefined) continue;
    it(client.name, async () => {
      const alice = await aliceOf(client, bench());
      await saysAsDocumented(alice.push(`team/new:${TAG}`), expected);
    });
  }
});

describe('docs/troubleshooting.md has the words of podman', () => {
  const secure = useBench({ tls: true });
  const plain = useBench();

  it('for an unknown authority', async () => {
    const pull = secure().attempt('podman', ['pull', `${secure().host}/team/app:1.0`]);
    await saysAsDocumented(pull, 'x509: certificate signed by unknown authority');
  });

  it('for a registry without TLS', async () => {
    const pull = plain().attempt('podman', ['pull', `${plain().host}/team/app:1.0`]);
    await saysAsDocumented(pull, 'http: server gave HTTP response to HTTPS client');
  });

  it('for a registry that is not there', async () => {
    const pull = plain().attempt('podman', ['pull', '127.0.0.1:1/team/app:1.0']);
    await saysAsDocumented(pull, 'connect: connection refused');
  });
});
