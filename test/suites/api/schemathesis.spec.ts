import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { buildImage, type BuiltImage } from '../../../src/storage/contract/fixtures.js';
import { basic, usersFile } from '../../support/access.js';
import { PROJECT_ROOT, startServer, type ServerProcess } from '../../support/server-process.js';

const PROGRAM = join(PROJECT_ROOT, '.tools/schemathesis/bin/schemathesis');

/** How many generated requests each operation gets, besides those of the phase `coverage`. With the seed, each run asks the same. */
const EXAMPLES = '30';

const REPOSITORY = 'team/app';

/** What every answer must fulfil: no failure of the registry, and nothing outside of the description. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
];

const RULES = `
rules:
  - { repositories: ['${REPOSITORY}'], who: [alice], can: [pull, push, delete] }
`;

let directory: string | undefined;
let server: ServerProcess | undefined;
afterEach(async () => {
  await server?.stop();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  [server, directory] = [undefined, undefined];
});

it.each([
  ['everybody may do everything', false],
  ['a login has few rights', true],
])('the API fails at no question and answers as it is described where %s', async (_, logins) => {
  const home = await mkdtemp(join(tmpdir(), 'berth-api-'));
  directory = home;
  const registry = await startServer({
    driver: 'filesystem',
    storagePath: join(home, 'data'),
    environment: { REGISTRY_LOG_LEVEL: 'error', ...(logins ? await withLogins(home) : {}) },
  });
  server = registry;
  const authorization = logins ? basic('alice') : undefined;
  const image = buildImage();
  await writeFile(join(home, 'schemathesis.toml'), parametersFor(image));
  const pushing = new AbortController();
  const pushes = pushAgainAndAgain(registry, image, pushing.signal, authorization);

  const { status, output } = await schemathesis(home, registry, authorization);
  pushing.abort();
  await pushes;

  expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
  // Otherwise it has asked nothing.
  expect(output).toMatch(/\d{3,} generated/);
});

async function withLogins(home: string): Promise<Record<string, string>> {
  const [users, rules] = [join(home, 'users.htpasswd'), join(home, 'access.yaml')];
  await writeFile(users, await usersFile(['alice']));
  await writeFile(rules, RULES);
  return { REGISTRY_USERS_FILE: users, REGISTRY_ACCESS_FILE: rules };
}

/** Names content that exists. Other names of its kind are tried as well. */
function parametersFor({ digest }: BuiltImage): string {
  return [
    '[parameters]',
    `"path.name" = "${REPOSITORY}"`,
    '"path.tag" = "1.0"',
    `"path.digest" = "${digest}"`,
    '',
  ].join('\n');
}

/** The requests also delete, so that there must be something again. */
async function pushAgainAndAgain(
  { url }: ServerProcess,
  image: BuiltImage,
  signal: AbortSignal,
  authorization: string | undefined,
): Promise<void> {
  const headers = authorization === undefined ? {} : { authorization };
  const send = (method: string, path: string, type: string, body: Uint8Array): Promise<Response> =>
    fetch(`${url}/v2/${REPOSITORY}/${path}`, {
      method,
      headers: { ...headers, 'content-type': type },
      body: new Uint8Array(body),
    });
  while (!signal.aborted) {
    for (const blob of [image.config, ...image.layers]) {
      await send(
        'POST',
        `blobs/uploads/?digest=${Digest.of(blob)}`,
        'application/octet-stream',
        blob,
      );
    }
    await send('PUT', 'manifests/1.0', 'application/vnd.oci.image.manifest.v1+json', image.bytes);
    await delay(50);
  }
}

async function schemathesis(
  home: string,
  { url }: ServerProcess,
  authorization: string | undefined,
): Promise<{ status: number; output: string }> {
  const header = authorization === undefined ? [] : ['-H', `Authorization: ${authorization}`];
  const child = spawn(
    PROGRAM,
    [
      ...['run', `${url}/api/openapi.json`, '--no-color', '--continue-on-failure'],
      ...['--checks', CHECKS.join(','), '--phases', 'coverage,fuzzing'],
      ...['--max-examples', EXAMPLES, '--seed', '1', '--warnings', 'off'],
      // These stream for ever, or ask the registry itself for seconds.
      ...['--exclude-path', '/api/v1/events/stream', '--exclude-path', '/api/v1/doctor'],
      ...header,
    ],
    { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const [status] = (await once(child, 'close')) as [number];
  return { status, output };
}
