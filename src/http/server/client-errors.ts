import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Duplex } from 'node:stream';

import { type PartLog } from '../../log/log.js';

const STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** The first byte that a client sends who takes this for HTTPS. */
const TLS_HANDSHAKE = 0x16;

type ParserError = NodeJS.ErrnoException & { readonly rawPacket?: Uint8Array };

/** Answers what Node does not hand on as a request with the error JSON of every other failure; Node's own has no body. */
export function answerClientErrors(server: Server, log: PartLog): void {
  const answering = new WeakMap<Duplex, ServerResponse>();
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    answering.set(socket, response);
  });
  server.on('clientError', (error: ParserError, socket: Duplex) => {
    if (error.rawPacket?.[0] === TLS_HANDSHAKE) tellOfTls(log);
    const response = answering.get(socket);
    const inTheMiddle = response !== undefined && !response.writableFinished;
    // An answer written into another one's body would be taken for a part of it.
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    // What a handler has answered is not lost: the parser may find fault with a body after it handed on its headers.
    else if (inTheMiddle) socket.end(() => socket.destroy());
    else answerRaw(socket, STATUS[error.code ?? ''] ?? '400 Bad Request');
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    // By Node, which has it wait for the answers before it.
    const body = errorJson('the request is malformed');
    const headers = { Connection: 'close', 'Content-Type': 'application/json' };
    response.writeHead(417, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    answerRaw(socket, '405 Method Not Allowed');
  });
}

function tellOfTls(log: PartLog): void {
  log.warn(
    'a client spoke TLS, and this registry speaks plain HTTP: tell the client so (podman: --tls-verify=false)',
  );
}

/** Answers on a connection past Node's HTTP, and ends it. */
export function answerRaw(
  socket: Duplex,
  status: string,
  message = 'the request is malformed',
): void {
  const body = errorJson(message);
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function errorJson(message: string): string {
  return JSON.stringify({ errors: [{ code: 'UNSUPPORTED', message }] });
}
