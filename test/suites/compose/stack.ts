import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attempt, docker, inspect, run, type Result } from './command.ts';

export const IMAGE = 'berth-registry';
const BUILD_WITHIN_MS = 600_000;

export interface StackOptions {
  readonly name: string;
  /** The folder for the override file. */
  readonly folder: string;
  readonly port: number;
  /** The compose file; the shipped one by default. Relative paths in it start at its folder. */
  readonly file?: string;
  /** Volumes that replace or extend those of the file. */
  readonly volumes?: readonly string[];
  readonly user?: string;
  /** Environment variables of the registry, in addition to its address and port. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A profile that starts further services, and their lines in the second file. */
  readonly profile?: { readonly name: string; readonly lines: readonly string[] };
}

/**
 * The compose file on the test's engine.
 *
 * The engine has no bridge, so a second file replaces the published port by a free loopback port in
 * the host's network. It also checks health every second, which saves half a minute. Everything
 * else is as shipped.
 */
export class Stack {
  readonly url: string;
  readonly address: string;
  readonly #arguments: readonly string[];

  private constructor(options: StackOptions, override: string) {
    this.address = `127.0.0.1:${options.port}`;
    this.url = `http://${this.address}`;
    this.#arguments = [
      'compose',
      // Keeps a .env of the caller away from the server under test.
      ...['--env-file', '/dev/null', '--progress', 'plain', '--project-name', options.name],
      ...['--file', options.file ?? 'docker-compose.yml', '--file', override],
      ...(options.profile === undefined ? [] : ['--profile', options.profile.name]),
    ];
  }

  static async create(options: StackOptions): Promise<Stack> {
    const override = join(options.folder, `${options.name}.override.yml`);
    await mkdir(options.folder, { recursive: true });
    await writeFile(override, overrideFile(options));
    return new Stack(options, override);
  }

  /** Runs `docker compose` with these arguments, which must succeed. */
  compose(...args: string[]): Promise<string> {
    return run('docker', [...this.#arguments, ...args]);
  }

  attemptCompose(...args: string[]): Promise<Result> {
    return attempt('docker', [...this.#arguments, ...args]);
  }

  async build(): Promise<void> {
    await run('docker', [...this.#arguments, 'build'], BUILD_WITHIN_MS);
  }

  /** Starts the service, and returns when its health check has passed. */
  async up(): Promise<void> {
    const result = await this.attemptCompose('up', '--detach', '--wait', '--wait-timeout', '60');
    if (result.code !== 0) throw new Error(`${result.output}\n${await this.log()}`);
  }

  /** Stops the service, which must exit by itself: after 10 seconds docker kills it, with exit code 137. */
  async stop(withinMs = Infinity): Promise<string> {
    const container = await this.containerId();
    const start = performance.now();
    await this.compose('stop');
    const took = Math.round(performance.now() - start);
    const code = await inspect(container, '.State.ExitCode');
    if (code !== 0 || took > withinMs) {
      throw new Error(`exit code ${String(code)} after ${took} ms\n${await this.log()}`);
    }
    return `${took} ms, exit code 0`;
  }

  /** Removes the service and its volumes. */
  async down(): Promise<void> {
    await this.compose('down', '--volumes', '--timeout', '5');
  }

  exec(...command: string[]): Promise<string> {
    return this.compose('exec', '-T', 'registry', ...command);
  }

  attemptExec(...command: string[]): Promise<Result> {
    return this.attemptCompose('exec', '-T', 'registry', ...command);
  }

  async log(): Promise<string> {
    return (await this.attemptCompose('logs', '--no-color', '--tail', '30', 'registry')).output;
  }

  containerId(): Promise<string> {
    return this.compose('ps', '--all', '--quiet', 'registry');
  }

  /** Returns the digest under which the registry serves this manifest. */
  async digestOf(repository: string, tag: string): Promise<string> {
    const response = await fetch(`${this.url}/v2/${repository}/manifests/${tag}`, {
      method: 'HEAD',
      headers: { accept: MANIFEST_TYPES.join(', ') },
    });
    const digest = response.headers.get('docker-content-digest');
    if (!response.ok || digest === null) throw new Error(`HEAD ${tag}: ${response.status}`);
    return digest;
  }
}

export const MANIFEST_TYPES = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
];

function overrideFile(options: StackOptions): string {
  const { port, volumes = [], user, profile } = options;
  const address = { REGISTRY_HOST: '127.0.0.1', REGISTRY_PORT: String(port) };
  return [
    'services:',
    '  registry:',
    '    build: { network: host }',
    '    network_mode: host',
    '    ports: !reset []',
    `    environment: ${JSON.stringify({ ...address, ...options.environment })}`,
    `    volumes: ${JSON.stringify(volumes)}`,
    '    healthcheck: { interval: 1s }',
    ...(user === undefined ? [] : [`    user: '${user}'`]),
    ...(profile?.lines ?? []),
    '',
  ].join('\n');
}

/** Waits until docker reports this health of the container. Throws if the container ends or takes too long. */
export async function untilHealth(
  container: string,
  health: 'healthy' | 'unhealthy',
): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const state = await docker('inspect', '--format', '{{.State.Health.Status}}', container);
    if (state === health) return;
    await new Promise((wake) => setTimeout(wake, 200));
  }
  const { output } = await attempt('docker', ['logs', '--tail', '30', container]);
  throw new Error(`not ${health} in 60 s:\n${output}`);
}
