import { type Server } from 'node:https';
import { type Socket } from 'node:net';
import { type TLSSocket } from 'node:tls';

import { answerRaw } from '../client-errors.js';
import { type PartLog } from '../../../log/log.js';

/** How long a client that got a plain HTTP response may take to disconnect. */
const HANG_UP_MS = 2_000;

type HandshakeError = NodeJS.ErrnoException & { readonly reason?: string };

/** Plain messages for the common errors. OpenSSL's messages say little. */
const MEANINGS: Readonly<Record<string, string>> = {
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the client does not trust the CA of the certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'the client refuses the certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'the client refuses the certificate',
  'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE': 'the client refuses the certificate',
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'the client showed no certificate',
  ERR_SSL_CERTIFICATE_VERIFY_FAILED: 'the client showed a certificate of another CA',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the client does not support TLS 1.2 or newer',
};

/** Logs why handshakes fail, and responds to clients that speak plain HTTP. Node would report those as bad requests. */
export function answerFailedHandshakes(server: Server, log: PartLog): void {
  const connections = new Map<string, Socket>();
  server.on('connection', (socket: Socket) => {
    const name = nameOf(socket);
    connections.set(name, socket);
    socket.once('close', () => connections.delete(name));
  });
  server.removeAllListeners('tlsClientError');
  server.on('tlsClientError', (error: HandshakeError, failed: TLSSocket) => {
    const socket = connections.get(nameOf(failed));
    if (error.code === 'ERR_SSL_HTTP_REQUEST' && socket !== undefined) answerPlainHttp(socket, log);
    else {
      logFailure(error, failed, log);
      failed.destroy();
    }
  });
}

function answerPlainHttp(socket: Socket, log: PartLog): void {
  log.warn(
    'a client spoke plain HTTP, but this registry speaks TLS: configure the client for https',
  );
  socket.setTimeout(HANG_UP_MS, () => socket.destroy());
  socket.resume();
  const advice = 'begin the URL with https://';
  answerRaw(socket, ['400 Bad Request', 'this registry speaks TLS: use https', advice]);
}

/** Logs one client's failure. A client that only checks whether the port is open is ignored. */
function logFailure({ code = '', reason }: HandshakeError, failed: TLSSocket, log: PartLog): void {
  const refused = failed.authorizationError as unknown;
  const client = failed.remoteAddress ?? 'a client';
  if (typeof refused === 'string') {
    log.log(`handshake with ${client} failed: its certificate is refused (${refused})`);
  } else if (code === 'ECONNRESET') log.debug(`${client} left in the handshake`);
  else log.log(`handshake with ${client} failed: ${MEANINGS[code] ?? reason ?? code}`);
}

/** Identifies a connection. Node does not expose the socket below a failed TLS socket, but both have the same remote port. */
function nameOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
