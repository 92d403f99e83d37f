import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';

import { hasCode } from '../../files/errors.js';
import { type Clock } from './clock.js';

/** A receiver has this time for its whole answer. In milliseconds. */
export const ANSWERS_WITHIN_MS = 10_000;

/** More of an answer is not read. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** A message to a receiver. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a receiver answered. Redirects are not followed. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** Sends messages to one receiver, over a connection that is kept. */
export class Receiver {
  private readonly isTls: boolean;
  private readonly agent: HttpAgent;

  constructor(
    private readonly url: URL,
    private readonly clock: Clock,
  ) {
    this.isTls = url.protocol === 'https:';
    const options = { keepAlive: true, maxSockets: 1 };
    this.agent = this.isTls ? new HttpsAgent(options) : new HttpAgent(options);
  }

  /** Resolves to the answer. @throws Error without an answer in time; its message has no secrets */
  async post(message: Message): Promise<Answer> {
    const first = await this.attempt(message);
    // The receiver closed an idle connection at this moment, so it has not seen the message.
    const result = first === 'stale' ? await this.attempt(message) : first;
    if (result === 'stale') throw new Error('the connection was closed');
    return result;
  }

  /** Cuts a request in progress, and closes the connection. */
  close(): void {
    this.agent.destroy();
  }

  private attempt({ headers, body }: Message): Promise<Answer | 'stale'> {
    const request = (this.isTls ? requestHttps : requestHttp)(this.url, {
      method: 'POST',
      agent: this.agent,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    });
    const late = new Error(`no whole answer within ${ANSWERS_WITHIN_MS / 1_000} s`);
    const cancel = this.clock.after(ANSWERS_WITHIN_MS, () => request.destroy(late));
    const answer = new Promise<Answer | 'stale'>((resolve, reject) => {
      request.once('error', (error) => {
        if (request.reusedSocket && hasCode(error, 'ECONNRESET')) resolve('stale');
        else reject(readable(error));
      });
      request.once('response', (response) => {
        readWhole(response).then(() => resolve(answerOf(response)), reject);
      });
    });
    request.end(body);
    return answer.finally(cancel);
  }
}

/** Resolves when the answer has ended, or is longer than anybody wants to know. */
function readWhole(response: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = 0;
    response.on('data', ({ length }: Buffer) => {
      received += length;
      if (received <= MAX_ANSWER_BYTES) return;
      resolve();
      response.destroy();
    });
    response.once('end', resolve);
    response.once('error', (error) => reject(readable(error)));
    response.once('close', () => reject(new Error('the answer was cut')));
  });
}

function answerOf({ statusCode = 0, headers }: IncomingMessage): Answer {
  return { status: statusCode, retryAfter: headers['retry-after'] };
}

/** An error of several addresses has no message of its own. */
function readable(error: Error & { readonly code?: string }): Error {
  return new Error(error.message || (error.code ?? error.name));
}
