import { match, notEqual } from 'node:assert/strict';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../check.ts';
import { attempt, docker } from '../command.ts';
import { IMAGE, untilHealth } from '../stack.ts';
import type { Place } from './folders.ts';

const BERTH = 'node dist/main.js';
const CERTIFICATE = {
  REGISTRY_TLS_CERT: '/files/tls/server.crt',
  REGISTRY_TLS_KEY: '/files/tls/server.key',
};
const CLIENTS_TOO = { ...CERTIFICATE, REGISTRY_TLS_CLIENT_CA: '/files/tls/ca.crt' };
const USERS = { REGISTRY_USERS_FILE: '/files/users.htpasswd' };

/** Checks the image with logins and certificates, which its health check must detect by itself. */
export function securedChecks({ folder }: Pick<Place, 'folder'>): Check[] {
  const files = join(folder, 'secured');
  return [
    {
      name: 'secured: without a setting for logins it ends, and prints how to set them up',
      run: async () => {
        const { code, output } = await attempt('docker', ['run', '--rm', IMAGE]);
        notEqual(code, 0);
        match(output, /REGISTRY_USERS_FILE=/);
        match(output, /REGISTRY_AUTH=none/);
      },
    },
    {
      name: 'secured: its own commands create users and certificates',
      run: async () => {
        await mkdir(files);
        await chown(files, 1000, 1000);
        const user = `echo long secret | ${BERTH} user add alice --file ${USERS.REGISTRY_USERS_FILE}`;
        const both = `${user} && ${BERTH} tls dev --out /files/tls`;
        await docker('run', '--rm', ...flags(files, {}), IMAGE, 'sh', '-c', both);
      },
    },
    {
      name: 'secured: with users and a certificate it becomes healthy',
      run: () => withContainer(files, { ...USERS, ...CERTIFICATE }, becomesHealthy),
    },
    {
      name: 'secured: also healthy with client certificates, and unhealthy when it hangs',
      run: () =>
        withContainer(files, { ...USERS, ...CLIENTS_TOO }, async (container) => {
          await becomesHealthy(container);
          await docker('kill', '--signal', 'STOP', container);
          await untilHealth(container, 'unhealthy');
        }),
    },
  ];
}

function becomesHealthy(container: string): Promise<void> {
  return untilHealth(container, 'healthy');
}

async function withContainer(
  files: string,
  settings: Readonly<Record<string, string>>,
  use: (container: string) => Promise<void>,
): Promise<void> {
  const health = ['--health-interval', '1s', '--health-retries', '1'];
  const container = await docker('run', '--detach', ...health, ...flags(files, settings), IMAGE);
  try {
    await use(container);
  } finally {
    await docker('rm', '--force', '--volumes', container);
  }
}

function flags(files: string, settings: Readonly<Record<string, string>>): string[] {
  const variables = Object.entries(settings).flatMap(([name, value]) => [
    '--env',
    `${name}=${value}`,
  ]);
  return ['--network', 'none', '--read-only', '--volume', `${files}:/files`, ...variables];
}
