import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort, PROJECT_ROOT } from '../test/support/server-process.ts';

const LOOK_EVERY_MS = 2;
const ANSWER_WITHIN_MS = 30_000;

/** Returns the milliseconds from the start command to the first response of a server on the store at `storagePath`. */
export async function firstAnswerMs(
  storagePath: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  const port = await freePort();
  const begin = performance.now();
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'dist/main.js')], {
    env: {
      PATH: process.env['PATH'],
      REGISTRY_PORT: String(port),
      REGISTRY_STORAGE_PATH: storagePath,
      REGISTRY_LOG_LEVEL: 'error',
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  try {
    while (!(await answers(port))) {
      if (performance.now() - begin > ANSWER_WITHIN_MS) throw new Error('Berth does not respond');
      await sleep(LOOK_EVERY_MS);
    }
    return performance.now() - begin;
  } finally {
    process.off('exit', kill);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ port, host: '127.0.0.1', path: '/v2/', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('error', () => resolve(false));
  });
}
