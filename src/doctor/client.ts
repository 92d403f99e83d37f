import http, {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import https from 'node:https';

/** How long the server may send nothing, and how much of a response is read. */
const SILENCE_MS = 30_000;
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface DoctorRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface DoctorResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * An HTTP client that shows what is on the wire: it follows no redirects, decompresses nothing, and
 * adds no headers.
 */
export class Client {
  /** Sent with each request to the origin of the registry. */
  authorization: string | undefined;

  constructor(
    readonly origin: URL,
    /** The CAs to trust. */
    readonly ca: readonly string[],
  ) {}

  /** Returns the URL of `path`, which may be absolute, as in a `Location`. */
  urlOf(path: string): URL {
    return new URL(path, this.origin);
  }

  /** Sends a request and reads the whole response. Rejects with Node's error on failure. */
  async ask(url: URL, question: DoctorRequest = {}): Promise<DoctorResponse> {
    const request = this.open(url, question);
    const answer = answerTo(request);
    request.end(question.body);
    return answer;
  }

  /**
   * Sends one byte of a body of `length` bytes, and the rest after a response or `patienceMs`.
   * Resolves to which came first.
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

function answerTo(request: ClientRequest): Promise<DoctorResponse> {
  return new Promise((resolve, reject) => {
    request.once('timeout', () => request.destroy(silence()));
    // A server may close the connection during the body once it has responded; the response is
    // still valid.
    request.on('error', reject);
    request.once('response', (response) => {
      read(response).then(resolve, reject);
    });
  });
}

async function read(response: IncomingMessage): Promise<DoctorResponse> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > MAX_BODY_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    // The caller compares the bytes, and so finds what is missing.
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(chunks),
  };
}

function silence(): Error {
  return Object.assign(new Error(`no data for ${SILENCE_MS / 1_000} s`), {
    code: 'ETIMEDOUT',
  });
}
