import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { PROJECT_ROOT } from '../../support/server-process.js';
import { type Pusher } from '../../support/push-over-http.js';
import { execute, type Finished } from '../clients/command.js';

/** Resolves to what `crane` prints about an image, such as `crane(pusher, 'manifest', 'team/app:1.0')`. @throws Error if it fails */
export async function crane(pusher: Pusher, command: string, image: string): Promise<string> {
  const finished = await runCrane(pusher, command, image);
  if (finished.code !== 0) throw new Error(`crane ${command} ${image}: ${finished.stderr}`);
  return finished.stdout.trim();
}

/** Resolves to the digest of a tag by `crane`, or to `null` if the registry says that there is no such tag. */
export async function craneDigest(pusher: Pusher, image: string): Promise<string | null> {
  const { code, stdout, stderr } = await runCrane(pusher, 'digest', image);
  if (code === 0) return stdout.trim();
  // The answer to HEAD has no body, and so no error code.
  if (/MANIFEST_UNKNOWN|404 Not Found/.test(stderr)) return null;
  throw new Error(`crane digest ${image}: ${stderr}`);
}

/** Resolves to what `jq` computes from JSON texts, which are `.[0]`, `.[1]` and so on. @throws Error if it fails */
export async function jq(filter: string, inputs: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await execute('jq', ['--slurp', filter], {
    cwd: tmpdir(),
    env: process.env,
    input: inputs.join('\n'),
  });
  if (code !== 0) throw new Error(`jq ${filter}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Runs `crane` with the login of the pusher, and not with those of the user. */
async function runCrane(
  { url, headers = {} }: Pusher,
  command: string,
  image: string,
): Promise<Finished> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-crane-'));
  const { host } = new URL(url);
  const auth = headers['Authorization']?.replace('Basic ', '');
  const logins = auth === undefined ? {} : { [host]: { auth } };
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: logins }));
  const path = join(PROJECT_ROOT, '.tools/bin') + delimiter + (process.env['PATH'] ?? '');
  try {
    return await execute('crane', [command, `${host}/${image}`], {
      cwd: folder,
      env: { PATH: path, HOME: folder, DOCKER_CONFIG: folder },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
