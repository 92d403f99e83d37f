import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const PROJECT_ROOT = resolve(import.meta.dirname, '../..');

const HOST = '127.0.0.1';
const READY_WITHIN_MS = 15_000;
const END_WITHIN_MS = 10_000;
const KEPT_OUTPUT = 64 * 1024;

export interface ServerSettings {
  readonly driver: 'filesystem' | 'memory';
  readonly storagePath: string;
  /** Left out: the server's own default, which is what a suite about defaults must run on. */
  readonly sparseManifests?: 'none' | 'indexes' | 'all';
  /** Further settings. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The CA of its certificate, as PEM, where the environment gives it one. */
  readonly ca?: string;
  /** A program, with its arguments, that becomes the command after them. */
  readonly through?: readonly string[];
  /** Another built checkout whose server is started; by default this one. */
  readonly checkout?: string;
}

/** The server that ships (`node dist/main.js`), as a process of its own, until `stop`. */
export interface ServerProcess {
  readonly url: string;
  /** What the server printed last, for the message of a test that fails. */
  output(): string;
  readonly pid: number;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Asks it to end, as an orchestrator does; throws where it had ended before, or does not end. */
  stop(): Promise<void>;
}

export async function startServer(settings: ServerSettings): Promise<ServerProcess> {
  const port = await freePort();
  const { checkout = PROJECT_ROOT } = settings;
  const command = [process.execPath, resolve(checkout, 'dist/main.js')];
  const [program = '', ...args] = [...(settings.through ?? []), ...command];
  const child = spawn(program, args, {
    cwd: checkout,
    env: environment(settings, port),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = keepOutput(child);
  const killWithUs = (): boolean => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  child.once('exit', () => process.off('exit', killWithUs));

  const url = `${settings.ca === undefined ? 'http' : 'https'}://${HOST}:${port}`;
  await untilReady(child, url, settings.ca, output);
  return {
    url,
    output,
    pid: child.pid ?? 0,
    kill: () => kill(child),
    stop: () => stop(child, output),
  };
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

function environment(settings: ServerSettings, port: number): NodeJS.ProcessEnv {
  return environmentWith({
    REGISTRY_HOST: HOST,
    REGISTRY_PORT: String(port),
    REGISTRY_STORAGE_DRIVER: settings.driver,
    REGISTRY_STORAGE_PATH: settings.storagePath,
    ...settings.environment,
    ...(settings.sparseManifests && { REGISTRY_SPARSE_MANIFESTS: settings.sparseManifests }),
  });
}

/** Settings of the person who runs the tests must not leak into what is under test. */
export function environmentWith(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('REGISTRY_'));
  return { ...Object.fromEntries(inherited), ...settings };
}

/**
 * A port below those that the kernel gives to outgoing connections, so that no connection of another
 * process takes it between this look and the moment the server listens.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer();
    const free = await new Promise<boolean>((settle) => {
      probe.once('error', () => settle(false));
      probe.listen(port, HOST, () => settle(true));
    });
    if (!free) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}

function keepOutput(child: ChildProcess): () => string {
  let kept = '';
  const keep = (chunk: Buffer): void => {
    kept = (kept + chunk.toString()).slice(-KEPT_OUTPUT);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => kept;
}

async function untilReady(
  child: ChildProcess,
  url: string,
  ca: string | undefined,
  output: () => string,
): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!hasEnded(child) && Date.now() < deadline) {
    if (await answers(url, ca)) return;
    await sleep(50);
  }
  const what = hasEnded(child) ? 'ended at its start' : `did not answer in ${READY_WITHIN_MS} ms`;
  child.kill('SIGKILL');
  throw new Error(`The server ${what}. Its output:\n${output()}`);
}

/** Whether it serves, also for clients without a login. */
function answers(url: string, ca: string | undefined): Promise<boolean> {
  const get = ca === undefined ? http.get : https.get;
  const options = { ca, agent: false, timeout: 1_000 };
  return new Promise((settle) => {
    const request = get(`${url}/health`, options, (response) => {
      response.resume();
      settle(response.statusCode === 200 || response.statusCode === 401);
    });
    // Not listening yet.
    request.once('error', () => settle(false)).once('timeout', () => request.destroy());
  });
}

async function stop(child: ChildProcess, output: () => string): Promise<void> {
  if (hasEnded(child)) throw new Error(`The server ended by itself. Its output:\n${output()}`);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
  const [code, signal] = (await exited) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  // Nest's shutdown hooks end the process with the signal that it got: as good as an exit code of 0.
  if (code === 0 || signal === 'SIGTERM') return;
  const how = signal === 'SIGKILL' ? 'had to be killed' : `ended with code ${String(code)}`;
  throw new Error(`After SIGTERM the server ${how}. Its output:\n${output()}`);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
