import { type Server } from 'node:https';
import { type Socket } from 'node:net';
import { type TLSSocket } from 'node:tls';

import { answerRaw } from '../client-errors.js';
import { type PartLog } from '../../../log/log.js';

/** How long a client that was answered in plain HTTP may take to hang up. */
const HANG_UP_MS = 2_000;

type HandshakeError = NodeJS.ErrnoException & { readonly reason?: string };

/** What the errors mean that people meet; OpenSSL's own words say little. */
const MEANINGS: Readonly<Record<string, string>> = {
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the client does not trust the CA of the certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'the client refuses the certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'the client refuses the certificate',
  'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE': 'the client refuses the certificate',
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'the client showed no certificate',
  ERR_SSL_CERTIFICATE_VERIFY_FAILED: 'the client showed a certificate of another CA',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the client speaks no TLS as new as 1.2',
};

/** Says why a handshake failed, and tells a client that speaks plain HTTP so. Node would hand it on as a bad request. */
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
      tell(error, failed, log);
      failed.destroy();
    }
  });
}

function answerPlainHttp(socket: Socket, log: PartLog): void {
  log.warn('a client spoke plain HTTP, and this registry speaks TLS: tell the client https');
  socket.setTimeout(HANG_UP_MS, () => socket.destroy());
  socket.resume();
  answerRaw(socket, '400 Bad Request', 'this registry speaks TLS: use https');
}

/** Each line is one client's failure, as in the log of requests. Who only looks whether the port is open gets none. */
function tell({ code = '', reason }: HandshakeError, failed: TLSSocket, log: PartLog): void {
  const refused = failed.authorizationError as unknown;
  const client = failed.remoteAddress ?? 'a client';
  if (typeof refused === 'string') {
    log.log(`handshake with ${client} failed: its certificate is refused (${refused})`);
  } else if (code === 'ECONNRESET') log.debug(`${client} left in the handshake`);
  else log.log(`handshake with ${client} failed: ${MEANINGS[code] ?? reason ?? code}`);
}

/** Node gives the socket below a failed TLS socket to nobody, but both know the other side's port. */
function nameOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
