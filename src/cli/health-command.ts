import { connect, type Socket } from 'node:net';

import { type Settings } from '../config/settings.js';
import { urlOf } from './greeting.js';
import { PlainFailure } from './plain-failure.js';

const PATIENCE_MS = 2_000;

/** The TLS alerts for a client without a certificate, when one is required. */
const CERTIFICATE_WANTED = 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED';

/**
 * `berth health`: returns where a registry that was started with these settings serves on this machine.
 *
 * @throws PlainFailure that says what it met
 */
export async function checkHealth({ server, tls }: Settings): Promise<void> {
  const { host, port } = server;
  const { certificate: tlsCert, clientCa: tlsClientCa } = tls;
  if (port === 0) {
    throw new PlainFailure('REGISTRY_PORT is 0: nobody but the registry knows its port');
  }
  const url = new URL('/health', urlOf(host, port, tlsCert === '' ? 'http' : 'https'));
  const socket = await open(url);
  try {
    const answer = await answerOf(socket, tlsClientCa === '' ? requestTo(url) : '');
    if (answer !== '200') throw new Error(`answers ${answer}`);
  } catch (error) {
    // To be refused for lack of a certificate is all that one gets who has none.
    if (tlsClientCa !== '' && codeOf(error) === CERTIFICATE_WANTED) return;
    throw new PlainFailure(`${url.href}: ${(error as Error).message}`, { cause: error });
  } finally {
    socket.destroy();
  }
}

/** Whose certificate it is does not matter here. */
async function open({ protocol, hostname, port }: URL): Promise<Socket> {
  const place = { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
  if (protocol === 'http:') return connect(place);
  const tls = await import('node:tls');
  return tls.connect({ ...place, rejectUnauthorized: false });
}

/** By hand: Node's own client would take most of the time that the command takes, each few seconds in a container. */
function requestTo({ host, pathname }: URL): string {
  return `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
}

/** The status of the answer to `request`, or of what is said without one. */
function answerOf(socket: Socket, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.write(request);
    socket.setEncoding('latin1').on('data', (chunk) => {
      text += String(chunk);
      const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? [];
      if (status !== undefined) resolve(status);
    });
    socket.once('error', reject).once('close', () => reject(new Error('closed without an answer')));
    const seconds = PATIENCE_MS / 1_000;
    setTimeout(() => reject(new Error(`no answer in ${seconds} seconds`)), PATIENCE_MS).unref();
  });
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
