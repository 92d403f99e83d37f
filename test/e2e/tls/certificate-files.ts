import 'reflect-metadata';

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
} from '@peculiar/x509';

import { parseHost } from '../../../src/cli/dev-certificates/host.js';
import {
  issue,
  issueServer,
  makeAuthority,
  type Pem,
} from '../../../src/cli/dev-certificates/issue.js';

/** A certificate and its key as files in a temporary directory, signed by a CA that only these files use. */
export class CertificateFiles {
  private constructor(
    private readonly directory: string,
    private readonly authority: Pem,
  ) {}

  static async make(...hosts: readonly string[]): Promise<CertificateFiles> {
    const directory = await mkdtemp(join(tmpdir(), 'berth-tls-'));
    const files = new CertificateFiles(directory, await makeAuthority());
    await files.write('ca.crt', files.authority.certificate);
    await files.replace(await files.server(...hosts));
    return files;
  }

  /** The CA that clients must trust. */
  get ca(): string {
    return this.authority.certificate;
  }

  get environment(): Record<string, string> {
    return {
      REGISTRY_STORAGE_DRIVER: 'memory',
      REGISTRY_TLS_CERT: this.path('server.crt'),
      REGISTRY_TLS_KEY: this.path('server.key'),
    };
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  server(...hosts: readonly string[]): Promise<Pem> {
    return issueServer(
      this.authority,
      hosts.map(parseHost).filter((host) => host !== undefined),
    );
  }

  /** Issues a certificate that has just expired. */
  expired(host: string): Promise<Pem> {
    return this.lasting(0, host);
  }

  /** Issues a certificate that expires within a day. */
  shortly(host: string): Promise<Pem> {
    return this.lasting(1, host);
  }

  client(): Promise<Pem> {
    const usage = new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]);
    return issue(this.authority, 'CN=somebody', 1, [usage]);
  }

  private lasting(days: number, host: string): Promise<Pem> {
    const names = new SubjectAlternativeNameExtension([{ type: 'dns', value: host }]);
    return issue(this.authority, 'CN=short', days, [names]);
  }

  async replace({ certificate, key }: Pem): Promise<void> {
    await this.write('server.crt', certificate);
    await this.write('server.key', key);
  }

  /** Replaces a file by renaming, as tools that renew certificates do. */
  async write(name: string, text: string): Promise<void> {
    await writeFile(this.path(`${name}.new`), text);
    await rename(this.path(`${name}.new`), this.path(name));
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }
}
