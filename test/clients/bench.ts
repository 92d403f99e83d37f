import { afterAll, beforeAll } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import {
  PROJECT_ROOT,
  startServer,
  type ServerProcess,
  type ServerSettings,
} from '../support/server-process.js';
import { execute, type Finished } from './command.js';
import { ENDS_WITH_US, processesBelow, unmountBelow } from './leftovers.js';
import { RegistryApi } from './registry-api.js';

/** A running Berth, a temporary folder, and a way to run a client in it. */
export class Bench {
  readonly #folder: string;
  readonly #server: ServerProcess;
  readonly #closing: (() => Promise<void>)[] = [];
  readonly api: RegistryApi;

  private constructor(folder: string, server: ServerProcess) {
    this.#folder = folder;
    this.#server = server;
    this.api = new RegistryApi(server.url);
  }

  /** With `tls`, the server has a certificate as `berth tls dev` makes it; the CA is `tls/ca.crt` in the bench. */
  static async start({ tls = false } = {}): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'berth-clients-'));
    const storagePath = join(folder, 'registry');
    await Promise.all([mkdir(storagePath), mkdir(join(folder, 'home'))]);
    const certificate = tls ? await makeCertificate(join(folder, 'tls')) : {};
    const base = { driver: 'filesystem', storagePath, through: ENDS_WITH_US } as const;
    const settings = { ...base, ...certificate };
    const server = await startServer(settings).catch(async (error: unknown) => {
      await rm(folder, { recursive: true });
      throw error;
    });
    return new Bench(folder, server);
  }

  /** The registry's name in an image reference. */
  get host(): string {
    return new URL(this.#server.url).host;
  }

  path(...parts: string[]): string {
    return join(this.#folder, ...parts);
  }

  async emptyFolder(...parts: string[]): Promise<string> {
    const folder = this.path(...parts);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    return folder;
  }

  /** Runs a client to its end; its configuration and its caches are the bench's, not the person's. */
  attempt(
    program: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<Finished> {
    return execute(program, args, {
      cwd: this.#folder,
      env: {
        PATH: join(PROJECT_ROOT, '.tools/bin') + delimiter + (process.env['PATH'] ?? ''),
        HOME: this.path('home'),
        TMPDIR: this.#folder,
        ...env,
      },
    });
  }

  /** What the client printed; throws with the server's side of the story where the client failed. */
  async run(
    program: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<string> {
    const { code, stdout, stderr } = await this.attempt(program, args, env);
    if (code === 0) return stdout.trim();
    const command = [program, ...args].join(' ');
    const log = this.#server.output().slice(-4_000);
    throw new Error(
      `${command}: exit code ${String(code)}\n${stderr}\n${stdout}\nThe server's last lines:\n${log}`,
    );
  }

  /** What a test started in the bench's folder ends before the folder goes. */
  beforeStop(close: () => Promise<void>): void {
    this.#closing.push(close);
  }

  /** Ends the server and removes every trace; throws where a client left a process. */
  async stop(): Promise<void> {
    try {
      for (const close of this.#closing) await close();
      await this.#server.stop();
      const processes = await processesBelow(this.#folder);
      if (processes.length > 0) throw new Error(`A client left behind: ${processes.join(', ')}`);
    } finally {
      await unmountBelow(this.#folder);
      await rm(this.#folder, { recursive: true, force: true });
    }
  }
}

async function makeCertificate(
  folder: string,
): Promise<Pick<ServerSettings, 'ca' | 'environment'>> {
  const args = [join(PROJECT_ROOT, 'dist/main.js'), 'tls', 'dev', '--out', folder];
  const { code, stderr } = await execute(process.execPath, args, { cwd: tmpdir(), env: {} });
  if (code !== 0) throw new Error(`berth tls dev: ${stderr}`);
  return {
    ca: await readFile(join(folder, 'ca.crt'), 'utf8'),
    environment: {
      REGISTRY_TLS_CERT: join(folder, 'server.crt'),
      REGISTRY_TLS_KEY: join(folder, 'server.key'),
    },
  };
}

/** A bench for all tests of a file, which is there when the first of them runs. */
export function useBench(options: { readonly tls?: boolean } = {}): () => Bench {
  let bench: Bench | undefined;
  beforeAll(async () => {
    bench = await Bench.start(options);
  });
  afterAll(() => bench?.stop());
  return () => {
    if (!bench) throw new Error('The bench is there only while tests run.');
    return bench;
  };
}
