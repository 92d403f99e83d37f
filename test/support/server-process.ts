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
  readonly driver: 'filesystem' | 'memory' | 'postgres';
  /** Only the driver `filesystem` uses it. */
  readonly storagePath: string;
  /** Where it listens. Not set: on a free port. */
  readonly port?: number;
  /** Not set: the server's default, which a suite about defaults must run with. */
  readonly sparseManifests?: 'none' | 'indexes' | 'all';
  /** Further settings. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The CA of the server's certificate, as PEM, if the environment configures one. */
  readonly ca?: string;
  /** Gets the standard output, in the pieces in which it arrives. */
  readonly onOutput?: (text: string) => void;
  /** A program and its arguments, which runs the server's command. */
  readonly through?: readonly string[];
  /** Another built checkout to start the server from. The default is this one. */
  readonly checkout?: string;
}

/** The production server (`node dist/main.js`) in a separate process, until `stop`. */
export interface ServerProcess {
  readonly url: string;
  /** Returns the server's last output, for the message of a failed test. */
  output(): string;
  readonly pid: number;
  /** Kills the process at once, like a crash. */
  kill(): Promise<void>;
  /** Asks the process to end, like an orchestrator. @throws Error if it has already ended or does not end */
  stop(): Promise<void>;
}

export async function startServer(settings: ServerSettings): Promise<ServerProcess> {
  const { checkout = PROJECT_ROOT, port = await freePort() } = settings;
  const command = [process.execPath, resolve(checkout, 'dist/main.js')];
  const [program = '', ...args] = [...(settings.through ?? []), ...command];
  const child = spawn(program, args, {
    cwd: checkout,
    env: environment(settings, port),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = keepOutput(child);
  const { onOutput } = settings;
  if (onOutput !== undefined) child.stdout.setEncoding('utf8').on('data', onOutput);
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

/** Returns the environment without the settings of the person who runs the tests. */
export function environmentWith(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('REGISTRY_'));
  return { ...Object.fromEntries(inherited), ...settings };
}

/**
 * Resolves to a free port below the kernel's range for outgoing connections. So no connection of another process takes it
 * before the server listens.
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
  const keep = (chunk: Buffer | string): void => {
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

/** Whether the server responds, also if it requires a login. */
function answers(url: string, ca: string | undefined): Promise<boolean> {
  const get = ca === undefined ? http.get : https.get;
  const options = { ca, agent: false, timeout: 1_000 };
  return new Promise((settle) => {
    const request = get(`${url}/health`, options, (response) => {
      response.resume();
      settle(response.statusCode === 200 || response.statusCode === 401);
    });
    // The server does not listen yet.
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
  // Nest's shutdown hooks end the process with the received signal, which is as good as exit code 0.
  if (code === 0 || signal === 'SIGTERM') return;
  const how = signal === 'SIGKILL' ? 'had to be killed' : `ended with code ${String(code)}`;
  throw new Error(`After SIGTERM the server ${how}. Its output:\n${output()}`);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
