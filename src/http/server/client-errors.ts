import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { type Duplex } from 'node:stream';

import { type PartLog } from '../../log/log.js';
import { SAFE_HEADERS } from './common-headers.js';
import { TlsClients } from './tls-clients.js';

/** The status line's end and the message of an error, and what helps. */
export type RawError = readonly [status: string, message: string, advice: string];

const MALFORMED: RawError = ['400 Bad Request', 'the request is malformed', 'send HTTP/1.1'];

const ERRORS: Readonly<Record<string, RawError>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'the request headers are too large',
    'send a shorter URL and fewer headers: 32 KiB together',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    'the request headers came too slowly',
    'send them within REGISTRY_IDLE_TIMEOUT',
  ],
};

const SAFE_LINES = Object.entries(SAFE_HEADERS)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');

/** The first byte of a client that expects HTTPS. */
const TLS_HANDSHAKE = 0x16;

type ParserError = NodeJS.ErrnoException & { readonly rawPacket?: Uint8Array };

/** Sends error JSON for input that Node does not emit as a request. Node's own responses have no body. */
export function answerClientErrors(server: Server, log: PartLog): void {
  const answering = new WeakMap<Duplex, ServerResponse>();
  const tlsClients = new TlsClients(log);
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    answering.set(socket, response);
    if (tlsClients.isWaiting) tlsClients.spokeHttp(addressOf(socket));
  });
  server.on('clientError', (error: ParserError, socket: Duplex) => {
    if (error.rawPacket?.[0] === TLS_HANDSHAKE) tlsClients.spokeTls(addressOf(socket));
    const response = answering.get(socket);
    const inTheMiddle = response !== undefined && !response.writableFinished;
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    // The handler's response stays: one written into the body of another would be read as part of it.
    else if (inTheMiddle) socket.end(() => socket.destroy());
    else answerRaw(socket, ERRORS[error.code ?? ''] ?? MALFORMED);
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    // Written through Node, which sends it after the earlier responses.
    const body = errorJson('the request is malformed', 'the only known Expect is 100-continue');
    const headers = { ...SAFE_HEADERS, Connection: 'close', 'Content-Type': 'application/json' };
    response.writeHead(417, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    const allow = 'Allow: GET, HEAD, POST, PATCH, PUT, DELETE\r\n';
    const advice = 'use the registry without a tunnel';
    answerRaw(socket, ['405 Method Not Allowed', 'CONNECT is not supported', advice], allow);
  });
}

/** Returns the peer's address; a connection that its client has reset has none any more. */
function addressOf(socket: Duplex): string {
  return socket instanceof Socket ? (socket.remoteAddress ?? '') : '';
}

/** Writes a response directly to a connection, bypassing Node's HTTP server, and ends the connection. */
export function answerRaw(socket: Duplex, [status, message, advice]: RawError, headers = ''): void {
  const body = errorJson(message, advice);
  socket.end(
    `HTTP/1.1 ${status}\r\n${headers}Connection: close\r\nContent-Type: application/json\r\n${SAFE_LINES}` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function errorJson(message: string, advice: string): string {
  return JSON.stringify({ errors: [{ code: 'UNSUPPORTED', message, detail: { advice } }] });
}
