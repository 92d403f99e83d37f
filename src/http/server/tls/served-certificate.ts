import { X509Certificate } from 'node:crypto';
import { type Server } from 'node:https';
import { type TlsOptions } from 'node:tls';

import { type TlsSettings } from '../../../config/sections/tls.settings.js';
import { Watcher } from '../../../files/watcher.js';
import { type PartLog } from '../../../log/log.js';
import {
  checkCredentials,
  contextOf,
  readCredentials,
  tlsFiles,
  type CertificateAndKey,
  type TlsFiles,
} from './credentials.js';
import { answerFailedHandshakes } from './handshakes.js';
import { VerifiedConnections } from './verified-connections.js';

/** The registry's certificate. When its files change, new connections get the new one. */
export class ServedCertificate {
  private readonly connections = new VerifiedConnections();

  private constructor(
    private readonly files: TlsFiles,
    private served: CertificateAndKey,
    private readonly handshakeTimeout: number,
    private readonly log: PartLog,
    private readonly intervalMs: number | undefined,
  ) {}

  /**
   * Reads and checks the files named in the settings, and reads them again at the interval, in milliseconds.
   *
   * Resolves to `undefined` for plain HTTP.
   * @throws UnusableCertificate
   */
  static async open(
    settings: TlsSettings,
    handshakeTimeoutMs: number,
    log: PartLog,
    intervalMs?: number,
  ): Promise<ServedCertificate | undefined> {
    const files = tlsFiles(settings);
    if (files === undefined) return undefined;
    const credentials = await readCredentials(files);
    checkCredentials(files, credentials);
    return new ServedCertificate(files, credentials, handshakeTimeoutMs, log, intervalMs);
  }

  /** The options for a server of node:https. */
  get options() {
    const asksClients = this.files.clientCa !== undefined;
    return {
      ...contextOf(this.served),
      requestCert: asksClients,
      rejectUnauthorized: asksClients,
      handshakeTimeout: this.handshakeTimeout,
    } satisfies TlsOptions;
  }

  /**
   * Keeps the certificate of `server`, created with these options, up to date while it listens. Open connections stay open,
   * unless the CA of client certificates changes.
   */
  attach(server: Server): void {
    if (this.files.clientCa !== undefined) this.connections.watch(server);
    answerFailedHandshakes(server, this.log);
    const watcher = this.watcherFor(server);
    server.once('listening', () => {
      logCertificate(this.files, this.served, this.log);
      watcher.start();
    });
    server.once('close', () => watcher.close());
  }

  private watcherFor(server: Server): Watcher {
    const watched = {
      look: () => this.look(server),
      failureMessage: (message: string) => `${message}; the previous certificate stays in use`,
      recovery: 'the files hold the certificate in use again',
      // While the two files are being replaced one after the other, they do not match for a moment.
      reportAfter: 2,
    };
    return new Watcher(watched, this.log, this.intervalMs);
  }

  private async look(server: Server): Promise<boolean> {
    const read = await readCredentials(this.files);
    if (isSame(read, this.served)) return false;
    this.renew(server, read);
    return true;
  }

  private renew(server: Server, read: CertificateAndKey): void {
    checkCredentials(this.files, read);
    server.setSecureContext(contextOf(read));
    // A client whose certificate is no longer accepted must not keep an old connection.
    if (read.ca !== this.served.ca) this.connections.endAll(server);
    this.served = read;
    logCertificate(this.files, read, this.log);
  }
}

function isSame(one: CertificateAndKey, other: CertificateAndKey): boolean {
  return one.cert === other.cert && one.key === other.key && one.ca === other.ca;
}

function logCertificate(
  { certificate: path }: TlsFiles,
  { cert }: CertificateAndKey,
  log: PartLog,
): void {
  const certificate = new X509Certificate(cert);
  const names = certificate.subjectAltName?.replaceAll(/(?:DNS|IP Address):/g, '');
  const line = `certificate ${path} for ${names ?? 'no name at all'}, until ${certificate.validTo}`;
  if (names === undefined || certificate.validToDate < new Date()) {
    log.warn(`${line}: clients will refuse it`);
  } else log.log(line);
}
