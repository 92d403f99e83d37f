import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Check } from '../check.ts';
import { docker, inspect } from '../command.ts';
import { IMAGE, untilHealth, type Stack } from '../stack.ts';

const BASE_IMAGE = 'node:24-bookworm-slim';
/** The size that Berth adds to the base image, with a margin, so that only a mistake exceeds it. */
const MAX_ADDED_MB = 12;

export function imageChecks(stack: Stack): Check[] {
  return [
    {
      name: 'image: built by docker compose build',
      run: () => stack.build(),
    },
    {
      name: 'image: the server has few files, and only native code in addition',
      run: async () => {
        deepEqual(await installedPackages(), [
          'node_modules/bcrypt',
          'node_modules/node-gyp-build',
        ]);
        equal(await inImage('ls', '/app/dist').then(sorted), 'console\nmain.js\nserver');
      },
    },
    {
      name: 'image: no sources, no npm cache',
      run: async () => {
        equal(await inImage('find', '/app', '-maxdepth', '1', '-mindepth', '1').then(sorted), APP);
        const caches = '/root/.npm /home/node/.npm /root/.cache /home/node/.cache'.split(' ');
        equal(await inImage('sh', '-c', `ls -d ${caches.join(' ')} 2>/dev/null || true`), '');
        const ours = await inImage('find', '/app/dist', '-name', '*.spec.*');
        equal(ours, '');
      },
    },
    {
      name: 'image: size',
      run: async () => {
        const [whole, base] = await Promise.all([sizeInMb(IMAGE), sizeInMb(BASE_IMAGE)]);
        ok(whole - base < MAX_ADDED_MB, `${whole - base} MB above the base image`);
        return `${whole.toFixed(1)} MB, of which ${(whole - base).toFixed(1)} MB are not the base image`;
      },
    },
    {
      name: 'image: its user is a number other than 0',
      run: async () => equal(await inspect(IMAGE, '.Config.User'), '1000:1000'),
    },
    {
      name: 'image: without logins it becomes healthy and listens for other hosts',
      run: runAlone,
    },
  ];
}

const APP = ['LICENSE', 'dist', 'node_modules', 'package.json']
  .map((name) => `/app/${name}`)
  .join('\n');

function sorted(lines: string): string {
  return lines.split('\n').sort().join('\n');
}

function inImage(...command: string[]): Promise<string> {
  return docker('run', '--rm', '--network', 'none', IMAGE, ...command);
}

/** Returns the folders of packages. Those inside bcrypt are only for compiling it. */
async function installedPackages(): Promise<string[]> {
  const files = await inImage('find', 'node_modules', '-maxdepth', '3', '-name', 'package.json');
  const folders = files.split('\n').map((file) => file.replace(/\/package\.json$/, ''));
  // Packages contain further package.json files, for example one that sets the module type of a
  // folder.
  return folders.filter((folder) => /(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/.test(folder)).sort();
}

async function sizeInMb(image: string): Promise<number> {
  return Number(await inspect(image, '.Size')) / 1e6;
}

async function runAlone(): Promise<void> {
  const flags = ['--network', 'none', '--read-only', '--env', 'REGISTRY_AUTH=none'];
  const container = await docker('run', '--detach', ...flags, IMAGE);
  try {
    await untilHealth(container, 'healthy');
    const sockets = await docker('exec', container, 'cat', '/proc/net/tcp');
    // The address and port of a socket in hexadecimal, and its state: 0A is listening.
    ok(/ 00000000:1388 00000000:0000 0A /.test(sockets), sockets);
  } finally {
    await docker('rm', '--force', '--volumes', container);
  }
}
