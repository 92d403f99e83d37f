import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { type Check } from './checks.ts';
import { endGroup, environmentOn, NODE_22, NODE_24, run, type Runtime } from './command.ts';

const START_WITHIN_MS = 120_000;

/** Checks what a person with npx and an empty folder needs. */
export function startChecks(tarball: string, work: string): Check[] {
  return [NODE_24, NODE_22].map((runtime, number) => ({
    name: `npx berth-registry starts in an empty folder on ${runtime.name}, with its console`,
    run: () => startByNpx(tarball, join(work, `empty-${number}`), runtime),
  }));
}

async function startByNpx(tarball: string, folder: string, runtime: Runtime): Promise<string> {
  await mkdir(folder);
  const args = ['--yes', `--package=${tarball}`, 'berth-registry', '--memory', '--port', '0'];
  const env = { ...environmentOn(runtime), npm_config_cache: await npxCache(folder) };
  const child = spawn('npx', args, { cwd: folder, env, detached: true });
  const endAtOnce = (): void => endGroup(child.pid);
  process.once('exit', endAtOnce);
  const late = AbortSignal.timeout(START_WITHIN_MS);
  late.addEventListener('abort', endAtOnce);
  const ended = once(child, 'exit');
  try {
    const line = await firstLine(child.stdout);
    const url = /http:\/\/\S+/.exec(line)?.[0];
    if (url === undefined) throw new Error(`its first line has no URL: ${line}`);
    const { status } = await fetch(`${url}/v2/`);
    if (status !== 200) throw new Error(`${url}/v2/ responds with ${status}`);
    await checkConsole(url);
    endGroup(child.pid, 'SIGTERM');
    await ended;
    const files = await readdir(folder);
    if (files.length > 0) throw new Error(`it has left ${files.join(', ')}`);
    return line;
  } finally {
    endAtOnce();
    late.removeEventListener('abort', endAtOnce);
    process.off('exit', endAtOnce);
  }
}

/** Fetches the console and the files that its page names. */
async function checkConsole(url: string): Promise<void> {
  const page = await (await fetch(`${url}/console/`)).text();
  const files = [...page.matchAll(/(?:src|href)="(?:\.\/)?(assets\/[^"]+)"/g)].map(
    ([, file]) => file,
  );
  if (files.length < 2) throw new Error(`the console names ${files.length} files`);
  for (const file of files) {
    const { status } = await fetch(`${url}/console/${file}`);
    if (status !== 200) throw new Error(`/console/${file} responds with ${status}`);
  }
}

async function firstLine(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) return line;
  throw new Error('it ended without output');
}

/** Returns an npm cache with the packages, but without an install of a tarball that will not exist tomorrow. */
async function npxCache(folder: string): Promise<string> {
  const args = ['config', 'get', 'cache'];
  const known = await run({ program: 'npm', args, cwd: folder, timeoutMs: START_WITHIN_MS });
  const cache = `${folder}-cache`;
  await mkdir(cache);
  await symlink(join(known.trim(), '_cacache'), join(cache, '_cacache'));
  return cache;
}
