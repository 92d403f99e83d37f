import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { expect, it } from '@jest/globals';

import { environmentWith, freePort, PROJECT_ROOT } from '../../support/server-process.js';
import { until } from '../../support/until.js';

const READY_WITHIN_MS = 60_000;
const END_WITHIN_MS = 10_000;

it('npm start ends the server and leaves no process on SIGTERM', async () => {
  const port = await freePort();
  const settings = { REGISTRY_PORT: `${port}`, REGISTRY_STORAGE_DRIVER: 'memory' };
  // A separate process group, so that remaining processes can be found and killed.
  const npm = spawn('npm', ['start'], {
    cwd: PROJECT_ROOT,
    env: environmentWith(settings),
    stdio: 'ignore',
    detached: true,
  });
  const group = npm.pid ?? 0;
  try {
    await until(() => serves(port), READY_WITHIN_MS);
    const ended = once(npm, 'exit');
    npm.kill('SIGTERM');
    await ended;

    await until(() => !exists(group), END_WITHIN_MS);
    expect(await serves(port)).toBe(false);
  } finally {
    if (exists(group)) process.kill(-group, 'SIGKILL');
  }
});

async function serves(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => undefined);
  return response?.status === 200;
}

function exists(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
