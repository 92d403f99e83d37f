import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach } from '@jest/globals';

import { parseTagName } from '../../../src/domain/reference.js';
import { buildImage } from '../../../src/storage/contract/fixtures.js';
import { FakeHub } from '../../support/upstreams/fake-hub.js';
import { useOpened, type Opened } from '../../support/upstreams/opened.js';

export const LATEST = parseTagName('latest');
export const IMAGE = buildImage([]);
export const SECRET = 'a-very-secret-password';
export const LOGIN = `Basic ${Buffer.from(`acme:${SECRET}`).toString('base64')}`;

interface LoginBench extends Pick<Opened, 'serve' | 'clientOf'> {
  /** Returns a path in the folder of the test. */
  readonly path: (name: string) => string;
  readonly passwordFile: (text: string) => Promise<string>;
  /** Writes a credential helper that notes its input, and does what `script` says. */
  readonly helper: (script: string) => Promise<readonly string[]>;
  /** Starts a stand-in for Docker Hub with an image that only the login reads. */
  readonly startHub: () => Promise<FakeHub>;
}

/** Returns the parts for the tests of a file. */
export function useLoginBench(): LoginBench {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-login-'));
  });
  const { serve, clientOf, closeAfterTest } = useOpened();
  afterEach(() => rm(directory, { recursive: true }));
  const path = (name: string): string => join(directory, name);
  return {
    serve,
    clientOf,
    path,
    passwordFile: async (text) => {
      await writeFile(path('password'), text);
      return path('password');
    },
    helper: async (script) => {
      const program = path('docker-credential-test');
      await writeFile(program, `#!/bin/sh\ncat >> '${path('asked')}'\n${script}\n`);
      await chmod(program, 0o755);
      return [program, 'get'];
    },
    startHub: async () => {
      const hub = await FakeHub.start({ users: { acme: SECRET } });
      closeAfterTest(() => hub.stop());
      hub.content.add('acme/app', IMAGE, 'latest');
      hub.content.makePrivate('acme/app');
      return hub;
    },
  };
}

/** Resolves to the message of the failure of a question. */
export async function messageOf(question: Promise<unknown>): Promise<string> {
  return question.then(
    () => 'no failure',
    (error: unknown) => (error as Error).message,
  );
}
