import { type IncomingMessage, type ServerResponse } from 'node:http';

import { cacheRemoteAddress } from '../http/server/connection.js';

/** The requests that a registry answers on somebody else's server. */
export class InFlightRequests {
  private readonly answers = new Set<ServerResponse>();
  private leaving: NodeJS.Timeout | undefined;
  private whenGone: (() => void) | undefined;

  /** @param idleTimeoutMs how long a client may be silent within its request */
  constructor(private readonly idleTimeoutMs: number) {}

  /** Counts a request until its response ends or its connection closes. Call it before the request is handled. */
  admit(request: IncomingMessage, response: ServerResponse): void {
    cacheRemoteAddress(request.socket);
    // Of requests that a client pipelines, those that wait for their turn have no socket, and may never get it.
    if (response.socket === null) response.once('socket', () => this.begin(request, response));
    else this.begin(request, response);
  }

  /** Ends each connection with the answer that is under way, and after `timeoutMs` without it. */
  leave(timeoutMs: number): void {
    if (this.leaving !== undefined) return;
    for (const answer of this.answers) endConnection(answer);
    const cut = () => this.answers.forEach((answer) => answer.destroy());
    this.leaving = setTimeout(cut, timeoutMs);
  }

  /** Resolves when no answer is under way; `leave` must have been called. To be called once. */
  async gone(): Promise<void> {
    if (this.answers.size > 0) await new Promise<void>((done) => (this.whenGone = done));
    clearTimeout(this.leaving);
  }

  private begin(request: IncomingMessage, response: ServerResponse): void {
    this.answers.add(response);
    response.once('close', () => {
      this.answers.delete(response);
      if (this.answers.size === 0) this.whenGone?.();
    });
    limitSilence(request, response, this.idleTimeoutMs);
    if (this.leaving !== undefined) endConnection(response);
  }
}

/** Has the connection's idle limit be the registry's for one request, and then the server's again. */
function limitSilence(request: IncomingMessage, response: ServerResponse, ms: number): void {
  const { socket } = request;
  const before = socket.timeout ?? 0;
  socket.setTimeout(ms);
  // Before Node sets what it waits for the next request.
  response.prependOnceListener('finish', () => socket.setTimeout(before));
}

function endConnection(response: ServerResponse): void {
  const { socket } = response;
  response.shouldKeepAlive = false;
  // Node has looked at that when it wrote the headers, and would keep the connection for a next request.
  if (response.headersSent) response.once('finish', () => socket?.destroySoon());
}
