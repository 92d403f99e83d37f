import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Check } from '../check.ts';
import { docker, inspect } from '../command.ts';
import { IMAGE, untilHealth, type Stack } from '../stack.ts';

const BASE_IMAGE = 'node:24-bookworm-slim';
/** What we add to the base image; far above what it is, so that only a mistake is caught. */
const MAX_ADDED_MB = 12;

export function imageChecks(stack: Stack): Check[] {
  return [
    {
      name: 'image: built by docker compose build',
      run: () => stack.build(),
    },
    {
      name: 'image: the server is in few files, and only native code beside it',
      run: async () => {
        deepEqual(await installedPackages(), [
          'node_modules/bcrypt',
          'node_modules/node-gyp-build',
        ]);
        equal(await inImage('ls', '/app/dist').then(sorted), 'main.js\nserver');
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
      name: 'image: told that nobody logs in, it becomes healthy and listens for other hosts',
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

/** The folders of packages; what lies within bcrypt's is for compiling it. */
async function installedPackages(): Promise<string[]> {
  const files = await inImage('find', 'node_modules', '-maxdepth', '3', '-name', 'package.json');
  const folders = files.split('\n').map((file) => file.replace(/\/package\.json$/, ''));
  // Packages carry further package.json files inside, for instance one that says what kind of module a folder has.
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
    // Address and port of a socket, in hexadecimal, and its state: 0A is listening.
    ok(/ 00000000:1388 00000000:0000 0A /.test(sockets), sockets);
  } finally {
    await docker('rm', '--force', '--volumes', container);
  }
}
