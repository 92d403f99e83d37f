import { connect, type Socket } from 'node:net';

import { type Settings } from '../config/settings.js';
import { urlOf } from './greeting.js';
import { PlainFailure } from './plain-failure.js';

const RESPONSE_TIMEOUT_MS = 2_000;

/** The TLS alert when the server requires a client certificate and the client sends none. */
const CERTIFICATE_WANTED = 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED';

/**
 * `berth health`: checks that a registry with these settings serves on this machine.
 *
 * @throws PlainFailure that says what is wrong
 */
export async function checkHealth({ server, tls }: Settings): Promise<void> {
  const { host, port } = server;
  const { certificate: tlsCert, clientCa: tlsClientCa } = tls;
  if (port === 0) {
    throw new PlainFailure(
      'REGISTRY_PORT is 0: the port is chosen at the start and cannot be looked up',
    );
  }
  const url = new URL('/health/ready', urlOf(host, port, tlsCert === '' ? 'http' : 'https'));
  const socket = await open(url);
  try {
    const answer = await answerOf(socket, tlsClientCa === '' ? requestTo(url) : '');
    if (answer !== '200') throw new Error(`status ${answer}`);
  } catch (error) {
    // Without a client certificate, this alert is the only response that a healthy server gives.
    if (tlsClientCa !== '' && codeOf(error) === CERTIFICATE_WANTED) return;
    throw new PlainFailure(`${url.href}: ${(error as Error).message}`, { cause: error });
  } finally {
    socket.destroy();
  }
}

/** Accepts any certificate: only whether the registry responds matters. */
async function open({ protocol, hostname, port }: URL): Promise<Socket> {
  const place = { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
  if (protocol === 'http:') return connect(place);
  const tls = await import('node:tls');
  return tls.connect({ ...place, rejectUnauthorized: false });
}

/** Writes the request by hand, because loading Node's HTTP client would take most of the command's time. */
function requestTo({ host, pathname }: URL): string {
  return `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
}

/** Resolves to the status of the response. Without a request, it only waits for what the server sends. */
function answerOf(socket: Socket, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.write(request);
    socket.setEncoding('latin1').on('data', (chunk) => {
      text += String(chunk);
      const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? [];
      if (status !== undefined) resolve(status);
    });
    socket
      .once('error', reject)
      .once('close', () => reject(new Error('closed without a response')));
    const seconds = RESPONSE_TIMEOUT_MS / 1_000;
    setTimeout(
      () => reject(new Error(`no response within ${seconds} seconds`)),
      RESPONSE_TIMEOUT_MS,
    ).unref();
  });
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
