import { resolve } from 'node:path';

import { type Settings } from '../config/settings.js';
import { UnusableAuthority, writeCertificate } from './dev-certificates/certificate-directory.js';
import { parseHost, type Host } from './dev-certificates/host.js';
import { trustInstructions } from './dev-certificates/trust-instructions.js';
import { PlainFailure } from './plain-failure.js';

/** Every certificate is valid for these, so that clients on the same machine can use it. */
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '::1'];

/**
 * `berth tls dev [HOST…]`: writes a certificate signed by a local CA, and prints how to use it.
 * @throws PlainFailure
 */
export async function makeDevelopmentCertificate(
  settings: Settings,
  { hosts, out = 'tls' }: { readonly hosts: readonly string[]; readonly out?: string | undefined },
  print: (line: string) => void,
): Promise<void> {
  const all = [...new Set([...LOCAL_HOSTS, ...hosts])].map(readHost);
  const { ca, certificate, key, caExisted: known, validTo } = await write(resolve(out), all);
  const names = all.map(({ value }) => value).join(', ');
  const until = validTo.toISOString().slice(0, 10);
  print(known ? `Existing CA: ${ca}` : `New CA: ${ca}; keep the key beside it secret`);
  print(`Certificate for ${names}, until ${until}: ${certificate}`);
  print('');
  print('Settings for Berth, in the environment or in .env');
  print(`  REGISTRY_TLS_CERT=${certificate}`);
  print(`  REGISTRY_TLS_KEY=${key}`);
  print('');
  const [first, ...more] = hosts.length === 0 ? ['localhost'] : hosts;
  const place = hostAndPort(readHost(first ?? ''), settings.server.port);
  trustInstructions(place, ca).forEach(print);
  if (more.length === 0) return;
  const others = more.map((host) => hostAndPort(readHost(host), settings.server.port));
  print('');
  print(`The same for ${others.join(', ')}`);
}

function readHost(text: string): Host {
  const host = parseHost(text);
  if (host !== undefined) return host;
  throw new PlainFailure(
    `${text} is not a host; allowed: a name or an address, without a scheme or a port`,
  );
}

async function write(directory: string, hosts: readonly Host[]) {
  try {
    return await writeCertificate(directory, hosts);
  } catch (error) {
    if (error instanceof UnusableAuthority) {
      throw new PlainFailure(error.message, { cause: error });
    }
    throw error;
  }
}

function hostAndPort({ type, value }: Host, port: number): string {
  const host = type === 'ip' && value.includes(':') ? `[${value}]` : value;
  return port === 443 ? host : `${host}:${port}`;
}
