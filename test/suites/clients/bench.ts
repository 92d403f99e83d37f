import { afterAll, beforeAll } from '@jest/globals';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { berth, makeCertificate, makeLogins } from '../../support/berth.js';
import { PROJECT_ROOT, startServer, type ServerProcess } from '../../support/server-process.js';
import { execute, type Finished } from './command.js';
import { ENDS_WITH_US, processesBelow, unmountBelow } from './leftovers.js';
import { RegistryApi } from './registry-api.js';

/** Who may log in at a registry, and how, and to do what. */
export interface Guard {
  readonly mode: 'basic' | 'token';
  readonly passwords: Readonly<Record<string, string>>;
  readonly rules: string;
}

export interface BenchOptions {
  /** Whether the server has a certificate as `berth tls dev` makes it; the CA is `tls/ca.crt` in the bench. */
  readonly tls?: boolean;
  /** With it, clients have to log in, over TLS; `api` talks to a second server on the same storage, where nobody has to. */
  readonly guard?: Guard;
}

interface Servers {
  /** The one that clients are to use. */
  readonly main: ServerProcess;
  /** One that asks nobody for a login; the same, unless there is a guard. */
  readonly open: ServerProcess;
}

/** A running Berth, a temporary folder, and a way to run a client in it. */
export class Bench {
  readonly #folder: string;
  readonly #servers: Servers;
  readonly #closing: (() => Promise<void>)[] = [];
  readonly api: RegistryApi;

  private constructor(folder: string, servers: Servers) {
    this.#folder = folder;
    this.#servers = servers;
    this.api = new RegistryApi(servers.open.url);
  }

  static async start(options: BenchOptions = {}): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'berth-clients-'));
    const folders = ['registry', 'home', 'logins'].map((name) => mkdir(join(folder, name)));
    await Promise.all(folders);
    const servers = await startServers(folder, options).catch(async (error: unknown) => {
      await rm(folder, { recursive: true });
      throw error;
    });
    return new Bench(folder, servers);
  }

  /** The registry's name in an image reference. */
  get host(): string {
    return new URL(this.#servers.main.url).host;
  }

  /** What the server that clients use printed last. */
  log(): string {
    return this.#servers.main.output();
  }

  /** What `berth` prints, run beside the server. */
  berth(args: readonly string[], input = ''): Promise<string> {
    const environment = {
      REGISTRY_STORAGE_PATH: this.path('registry'),
      REGISTRY_USERS_FILE: this.path('logins/users.htpasswd'),
    };
    return berth(args, { environment, input });
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
    const log = this.log().slice(-4_000);
    throw new Error(
      `${command}: exit code ${String(code)}\n${stderr}\n${stdout}\nThe server's last lines:\n${log}`,
    );
  }

  /** What a test started in the bench's folder ends before the folder goes. */
  beforeStop(close: () => Promise<void>): void {
    this.#closing.push(close);
  }

  /** Ends the servers and removes every trace; throws where a client left a process. */
  async stop(): Promise<void> {
    try {
      for (const close of this.#closing) await close();
      const { main, open } = this.#servers;
      for (const server of new Set([main, open])) await server.stop();
      const processes = await processesBelow(this.#folder);
      if (processes.length > 0) throw new Error(`A client left behind: ${processes.join(', ')}`);
    } finally {
      await unmountBelow(this.#folder);
      await rm(this.#folder, { recursive: true, force: true });
    }
  }
}

async function startServers(folder: string, { tls, guard }: BenchOptions): Promise<Servers> {
  const storagePath = join(folder, 'registry');
  const settings = { driver: 'filesystem', storagePath, through: ENDS_WITH_US } as const;
  if (guard === undefined) {
    const certificate = tls === true ? await makeCertificate(join(folder, 'tls')) : {};
    const server = await startServer({ ...settings, ...certificate });
    return { main: server, open: server };
  }
  const { ca, environment } = await makeCertificate(join(folder, 'tls'));
  const logins = await makeLogins(join(folder, 'logins'), guard.passwords, guard.rules);
  const all = { ...environment, ...logins.environment, REGISTRY_AUTH: guard.mode };
  const main = await startServer({ ...settings, ca, environment: all });
  return { main, open: await startServer(settings) };
}

/** A bench for all tests of a file or a group, which is there when the first of them runs. */
export function useBench(options: BenchOptions = {}): () => Bench {
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
