import { TLSSocket } from 'node:tls';

import { type Request } from 'express';

/** The address that the request comes from. */
export function clientAddress(request: Request): string {
  return request.socket.remoteAddress ?? '';
}

/** Under which origin the client knows the registry: `https://registry.example:5000`. */
export function publicOrigin(request: Request): string {
  const scheme = request.socket instanceof TLSSocket ? 'https' : 'http';
  return `${scheme}://${request.headers.host ?? ''}`;
}
