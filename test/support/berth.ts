import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { environmentWith, PROJECT_ROOT, type ServerSettings } from './server-process.ts';

/** Runs `berth` in a separate process with these settings. Resolves to its standard output. @throws Error if it fails */
export async function berth(
  args: readonly string[],
  { environment = {}, input = '' }: { environment?: Record<string, string>; input?: string } = {},
): Promise<string> {
  const child = spawn(process.execPath, [resolve(PROJECT_ROOT, 'dist/main.js'), ...args], {
    env: environmentWith(environment),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return said.stdout;
  throw new Error(`berth ${args.join(' ')}: exit code ${String(code)}\n${said.stderr}`);
}

type Made = Required<Pick<ServerSettings, 'environment'>>;

/** Makes a certificate for 127.0.0.1 in `folder`, signed by the CA in `ca.crt` there. */
export async function makeCertificate(folder: string): Promise<Made & { readonly ca: string }> {
  await berth(['tls', 'dev', '--out', folder]);
  return {
    ca: await readFile(join(folder, 'ca.crt'), 'utf8'),
    environment: {
      REGISTRY_TLS_CERT: join(folder, 'server.crt'),
      REGISTRY_TLS_KEY: join(folder, 'server.key'),
    },
  };
}

/** Writes users with these passwords, and rules, to files in `folder`. */
export async function makeLogins(
  folder: string,
  passwords: Readonly<Record<string, string>>,
  rules: string,
): Promise<Made> {
  const environment = {
    REGISTRY_USERS_FILE: join(folder, 'users.htpasswd'),
    REGISTRY_ACCESS_FILE: join(folder, 'access.yaml'),
  };
  for (const [name, password] of Object.entries(passwords)) {
    await berth(['user', 'add', name], { environment, input: `${password}\n` });
  }
  await writeFile(environment.REGISTRY_ACCESS_FILE, rules);
  await berth(['access', 'check'], { environment });
  return { environment };
}
