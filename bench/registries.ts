import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort, PROJECT_ROOT, startServer } from '../test/support/server-process.ts';

const READY_WITHIN_MS = 15_000;
const MEMORY = '/dev/shm';
const NEEDED_BYTES = 2 ** 30;

export interface RunningRegistry {
  readonly url: string;
  /** The root processes. */
  readonly pids: readonly number[];
  /** The URLs of further instances. Requests go to all instances in turn. */
  readonly furtherUrls?: readonly string[];
  /** The root processes of the servers that the registry uses, by name. */
  readonly beside?: Readonly<Record<string, number>>;
  /** Stops the registry, and deletes its store unless the store existed before. */
  stop(): Promise<void>;
}

/** A registry that can be started any number of times, each time empty. */
export interface Registry {
  readonly name: string;
  readonly version: string;
  start(): Promise<RunningRegistry>;
}

/**
 * Returns Berth as built in `checkout`, by default this one.
 *
 * Its collector starts a minute later, after every load here.
 */
export function berth(
  environment: Readonly<Record<string, string>> = {},
  checkout = PROJECT_ROOT,
): Registry {
  const start = async (): Promise<RunningRegistry> => {
    const path = freshDirectory();
    const running = await berthOn(path, environment, checkout);
    const stop = async (): Promise<void> => {
      await running.stop();
      rmSync(path, { recursive: true, force: true });
    };
    return { ...running, stop };
  };
  return { name: 'Berth', version: commitOf(checkout), start };
}

/** Starts Berth on an existing store, which is kept. */
export async function berthOn(
  storagePath: string,
  environment: Readonly<Record<string, string>>,
  checkout = PROJECT_ROOT,
): Promise<RunningRegistry> {
  const server = await startServer({
    driver: 'filesystem',
    storagePath,
    checkout,
    environment: { REGISTRY_LOG_LEVEL: 'error', ...environment },
  });
  return { url: server.url, pids: [server.pid], stop: () => server.stop() };
}

/** Returns the peers that `.ci/install-tools bench` has installed. */
export function peers(): Registry[] {
  const tools = join(PROJECT_ROOT, '.tools');
  return [
    peer('distribution', join(tools, 'bin/registry')),
    peer('docker-registry', join(tools, 'docker-registry/usr/bin/docker-registry')),
  ].filter((found) => found !== undefined);
}

/** A very simple server that shows what the machine can do: see plain-server.ts. */
export const plainServer: Registry = {
  name: 'plain server',
  version: process.version,
  start: () => launch(process.execPath, (port) => [program('plain-server.ts'), String(port)]),
};

function program(file: string): string {
  return join(import.meta.dirname, file);
}

function peer(name: string, path: string): Registry | undefined {
  if (!existsSync(path)) return undefined;
  const start = (): Promise<RunningRegistry> => {
    const directory = freshDirectory();
    return launch(
      path,
      (port) => {
        writeFileSync(join(directory, 'config.yml'), peerConfiguration(directory, port));
        return ['serve', join(directory, 'config.yml')];
      },
      () => rmSync(directory, { recursive: true, force: true }),
    );
  };
  return { name, version: versionOf(path), start };
}

/** Their shipped configuration, with its cache; without an access log, like Berth. */
function peerConfiguration(directory: string, port: number): string {
  return `version: 0.1
log:
  level: error
  accesslog:
    disabled: true
storage:
  cache:
    blobdescriptor: inmemory
  delete:
    enabled: true
  filesystem:
    rootdirectory: ${directory}/data
http:
  addr: 127.0.0.1:${port}
  secret: for-uploads-only
`;
}

/** Starts another server program, which serves `/v2/`, on a free port. */
export async function launch(
  path: string,
  argumentsFor: (port: number) => string[],
  cleanUp: () => void = () => undefined,
): Promise<RunningRegistry> {
  const port = await freePort();
  const child = spawn(path, argumentsFor(port), {
    // As in distribution's own container image, because nothing collects traces here.
    env: { ...process.env, OTEL_TRACES_EXPORTER: 'none' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    cleanUp();
  };
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + READY_WITHIN_MS; !(await answers(url)); await sleep(20)) {
    if (child.exitCode === null && Date.now() < deadline) continue;
    await stop();
    throw new Error(`${path} does not respond`);
  }
  return { url, pids: [child.pid ?? 0], stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/v2/`)).ok;
  } catch {
    return false;
  }
}

let parent: string | undefined;

/** Returns a new directory for a store, inside the directory of the run, which is deleted afterwards. */
export function freshDirectory(): string {
  const made = parent ?? storeUnder(tmpdir());
  return mkdtempSync(join(made, 'store-'));
}

/**
 * Stores into a file system in memory from now on, if one has enough space.
 *
 * So the cost of the disk and its file system is not measured.
 */
export function storeInMemory(): void {
  if (hasRoom(MEMORY)) storeUnder(MEMORY);
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > NEEDED_BYTES;
  } catch {
    return false;
  }
}

/** Stores into `folder` from now on, instead of TMPDIR. */
export function storeUnder(folder: string): string {
  const made = mkdtempSync(join(folder, 'berth-bench-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  parent = made;
  return made;
}

/** Returns the version that a program reports. */
export function versionOf(path: string): string {
  const said = execFileSync(path, ['--version'], { encoding: 'utf8' });
  return said.trim().split(' ').at(-1) ?? said;
}

function commitOf(checkout: string): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: checkout,
      encoding: 'utf8',
    }).trim();
  } catch {
    return 'without a commit';
  }
}
