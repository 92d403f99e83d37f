import { X509Certificate } from 'node:crypto';
import { type Server } from 'node:https';
import { type TlsOptions } from 'node:tls';

import { type TlsSettings } from '../../../config/sections/tls.settings.js';
import { type PartLog } from '../../../log/log.js';
import {
  checkCredentials,
  contextOf,
  readCredentials,
  tlsFiles,
  type Credentials,
  type TlsFiles,
} from './credentials.js';
import { answerFailedHandshakes } from './handshakes.js';

/** How often the files are looked at. */
const LOOK_EVERY_MS = 1_000;

/** The certificate that a registry shows: what its server is made with, renewed when the files change. */
export class ServedCertificate {
  /** What was said of files that cannot be used, once they were so at two looks. */
  private complaint: { readonly message: string; readonly said: boolean } | undefined;

  private constructor(
    private readonly files: TlsFiles,
    private served: Credentials,
    private readonly handshakeTimeout: number,
    private readonly log: PartLog,
  ) {}

  /** Reads and checks the files that the settings name; `undefined` for plain HTTP. @throws UnusableCertificate */
  static async open(
    settings: TlsSettings,
    handshakeTimeoutMs: number,
    log: PartLog,
  ): Promise<ServedCertificate | undefined> {
    const files = tlsFiles(settings);
    if (files === undefined) return undefined;
    const credentials = await readCredentials(files);
    checkCredentials(files, credentials);
    return new ServedCertificate(files, credentials, handshakeTimeoutMs, log);
  }

  /** What a server of node:https is made with. */
  get options() {
    const asksClients = this.files.clientCa !== undefined;
    return {
      ...contextOf(this.served),
      requestCert: asksClients,
      rejectUnauthorized: asksClients,
      handshakeTimeout: this.handshakeTimeout,
    } satisfies TlsOptions;
  }

  /** Has `server`, made with the options, show what is in the files as long as it listens. Open connections go on. */
  attach(server: Server): void {
    answerFailedHandshakes(server, this.log);
    server.once('listening', () => {
      tell(this.files, this.served, this.log);
      this.lookLater(server);
    });
  }

  private lookLater(server: Server): void {
    const look = async (): Promise<void> => {
      if (!server.listening) return;
      await this.look(server);
      this.lookLater(server);
    };
    setTimeout(() => void look(), LOOK_EVERY_MS).unref();
  }

  private async look(server: Server): Promise<void> {
    try {
      const read = await readCredentials(this.files);
      if (!isSame(read, this.served)) this.renew(server, read);
      else if (this.complaint?.said === true) this.log.log('the files are as they were');
      this.complaint = undefined;
    } catch (error) {
      this.complain(error instanceof Error ? error.message : String(error));
    }
  }

  private renew(server: Server, read: Credentials): void {
    checkCredentials(this.files, read);
    server.setSecureContext(contextOf(read));
    this.served = read;
    tell(this.files, read, this.log);
  }

  /** Between two files that are replaced one after the other there is a moment at which they do not match: not worth a word. */
  private complain(message: string): void {
    const before = this.complaint?.message === message ? this.complaint : undefined;
    const say = before?.said === false;
    if (say) this.log.error(`${message}; the certificate from before is served on`);
    this.complaint = { message, said: say || before?.said === true };
  }
}

function isSame(one: Credentials, other: Credentials): boolean {
  return one.cert === other.cert && one.key === other.key && one.ca === other.ca;
}

function tell({ certificate: path }: TlsFiles, { cert }: Credentials, log: PartLog): void {
  const certificate = new X509Certificate(cert);
  const names = certificate.subjectAltName?.replaceAll(/(?:DNS|IP Address):/g, '');
  const line = `certificate ${path} for ${names ?? 'no name at all'}, until ${certificate.validTo}`;
  if (names === undefined || certificate.validToDate < new Date()) {
    log.warn(`${line}: clients will refuse it`);
  } else log.log(line);
}
