import { type IncomingMessage, type ServerResponse } from 'node:http';

import { cacheRemoteAddress } from '../http/server/connection.js';

/** The requests of a registry that are in progress on the server of a host. */
export class InFlightRequests {
  private readonly responses = new Set<ServerResponse>();
  private cutTimer: NodeJS.Timeout | undefined;
  private whenGone: (() => void) | undefined;

  /** @param idleTimeoutMs how long a client may send and receive nothing during a request */
  constructor(private readonly idleTimeoutMs: number) {}

  /** Counts a request until its response ends or its connection closes. Call it before the request is handled. */
  admit(request: IncomingMessage, response: ServerResponse): void {
    cacheRemoteAddress(request.socket);
    // A pipelined request has no socket until its turn, which may never come.
    if (response.socket === null) response.once('socket', () => this.begin(request, response));
    else this.begin(request, response);
  }

  /** Closes each connection after its current response, and destroys those still open after `timeoutMs`. */
  drain(timeoutMs: number): void {
    if (this.cutTimer !== undefined) return;
    for (const response of this.responses) endConnection(response);
    const cut = () => this.responses.forEach((response) => response.destroy());
    this.cutTimer = setTimeout(cut, timeoutMs);
  }

  /** Resolves when no response is in progress. Call it once, after `drain`. */
  async drained(): Promise<void> {
    if (this.responses.size > 0) await new Promise<void>((done) => (this.whenGone = done));
    clearTimeout(this.cutTimer);
  }

  private begin(request: IncomingMessage, response: ServerResponse): void {
    this.responses.add(response);
    response.once('close', () => {
      this.responses.delete(response);
      if (this.responses.size === 0) this.whenGone?.();
    });
    limitSilence(request, response, this.idleTimeoutMs);
    if (this.cutTimer !== undefined) endConnection(response);
  }
}

/** Applies the registry's idle limit to the connection for one request, and restores the server's afterwards. */
function limitSilence(request: IncomingMessage, response: ServerResponse, ms: number): void {
  const { socket } = request;
  const before = socket.timeout ?? 0;
  socket.setTimeout(ms);
  // Runs before Node sets its keep-alive timeout for the next request.
  response.prependOnceListener('finish', () => socket.setTimeout(before));
}

function endConnection(response: ServerResponse): void {
  const { socket } = response;
  response.shouldKeepAlive = false;
  // Node reads `shouldKeepAlive` when it writes the headers, and would keep this connection open.
  if (response.headersSent) response.once('finish', () => socket?.destroySoon());
}
