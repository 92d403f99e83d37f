import http, {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import https from 'node:https';

/** How long nothing may come, and how much of an answer is read. */
const SILENCE_MS = 30_000;
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface DoctorRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Speaks HTTP as it is on the wire: follows no redirect, undoes no compression, and adds nothing. */
export class Client {
  /** What each request to the registry's own origin is sent with. */
  authorization: string | undefined;

  constructor(
    readonly origin: URL,
    /** Whom to trust as a CA. */
    readonly ca: readonly string[],
  ) {}

  /** The URL of `path`, which may be an absolute one, as in a `Location`. */
  urlOf(path: string): URL {
    return new URL(path, this.origin);
  }

  /** Asks and reads the whole answer. Rejects with Node's error where none comes. */
  async ask(url: URL, question: DoctorRequest = {}): Promise<Answer> {
    const request = this.open(url, question);
    const answer = answerTo(request);
    request.end(question.body);
    return answer;
  }

  /**
   * Asks with a body of `length` bytes of which one is sent, and the rest only once an answer is there or `patienceMs` are
   * over. Tells which it was.
   */
  async askSlowly(url: URL, question: DoctorRequest, length: number, patienceMs: number) {
    const headers = { ...question.headers, 'Content-Length': String(length) };
    const request = this.open(url, { ...question, headers });
    const answer = answerTo(request);
    request.write(Buffer.alloc(1));
    let early = false;
    const patience = new Promise((resolve) => setTimeout(resolve, patienceMs));
    const arrived = answer.then(
      () => (early = true),
      () => undefined,
    );
    await Promise.race([arrived, patience]);
    const wasEarly = early;
    request.end(Buffer.alloc(length - 1));
    return { early: wasEarly, answer: await answer };
  }

  private open(url: URL, { method = 'GET', headers = {}, body }: DoctorRequest): ClientRequest {
    const own = url.origin === this.origin.origin ? this.authorization : undefined;
    return (url.protocol === 'https:' ? https : http).request(url, {
      method,
      ca: [...this.ca],
      agent: false,
      timeout: SILENCE_MS,
      headers: {
        ...(own === undefined ? {} : { Authorization: own }),
        ...(body === undefined ? {} : { 'Content-Length': String(body.byteLength) }),
        ...headers,
      },
    });
  }
}

function answerTo(request: ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.once('timeout', () => request.destroy(silence()));
    // A server that has answered may hang up on the rest of the body: the answer counts.
    request.on('error', reject);
    request.once('response', (response) => {
      read(response).then(resolve, reject);
    });
  });
}

async function read(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > MAX_BODY_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    // What is missing shows in the bytes.
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(chunks),
  };
}

function silence(): Error {
  return Object.assign(new Error(`nothing came for ${SILENCE_MS / 1_000} s`), {
    code: 'ETIMEDOUT',
  });
}
