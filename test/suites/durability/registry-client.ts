import { createHash } from 'node:crypto';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 30_000;

/** No response arrived: the server was killed, or hangs. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** A response after which this push cannot continue. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  readonly status: number;

  constructor(message: string, { status }: Pick<Answer, 'status'>) {
    super(message);
    this.status = status;
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Outgoing {
  readonly headers?: Readonly<Record<string, string>>;
  /** Several chunks are sent without a Content-Length, like a stream. */
  readonly body?: Buffer | readonly Buffer[];
}

/** An HTTP client for one server while it runs, over persistent connections. */
export class RegistryClient {
  /** The responses of 500 and above. */
  readonly serverErrors: string[] = [];
  private readonly url: string;
  private readonly agent = new Agent({ keepAlive: true });
  private recording = true;

  constructor(url: string) {
    this.url = url;
  }

  async send(method: string, path: string, outgoing: Outgoing = {}): Promise<Answer> {
    const response = await this.exchange(method, path, outgoing);
    const chunks: Buffer[] = [];
    await this.drain(response, (chunk) => chunks.push(chunk));
    const answer = {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: Buffer.concat(chunks),
    };
    this.record(method, path, answer.status);
    return answer;
  }

  /** @throws UnexpectedAnswer for another status */
  async expect(
    status: number,
    method: string,
    path: string,
    outgoing: Outgoing = {},
  ): Promise<Answer> {
    const answer = await this.send(method, path, outgoing);
    if (answer.status === status) return answer;
    throw new UnexpectedAnswer(`${method} ${path}: not ${status} but ${describe(answer)}`, answer);
  }

  /** Reads a body without keeping it. */
  async digest(path: string): Promise<{ status: number; digest: string; size: number }> {
    const response = await this.exchange('GET', path, {});
    const hash = createHash('sha256');
    let size = 0;
    await this.drain(response, (chunk) => {
      hash.update(chunk);
      size += chunk.byteLength;
    });
    const status = response.statusCode ?? 0;
    this.record('GET', path, status);
    return { status, digest: `sha256:${hash.digest('hex')}`, size };
  }

  /** Sends only the first bytes of a body of `total` bytes, and then breaks the connection. */
  async breakOff(method: string, path: string, total: number, part: Buffer): Promise<void> {
    const headers = { 'Content-Length': String(total) };
    const broken = request(new URL(path, this.url), { method, headers, agent: this.agent });
    broken.on('error', () => undefined);
    broken.on('response', (response) => response.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => {
      broken.once('close', resolve);
      broken.write(part, () => resolve());
    });
    // The delay lets the server begin to read more often than not.
    await sleep(Math.random() * 30);
    broken.destroy();
  }

  /** Begins a request without a body, and never completes it. */
  leaveOpen(method: string, path: string): void {
    const headers = { 'Transfer-Encoding': 'chunked' };
    const open = request(new URL(path, this.url), { method, headers, agent: this.agent });
    open.on('error', () => undefined);
    open.flushHeaders();
  }

  /** From now on the storage is gone, and errors of the server are allowed. */
  expectErrors(): void {
    this.recording = false;
  }

  close(): void {
    this.agent.destroy();
  }

  private exchange(
    method: string,
    path: string,
    { headers = {}, body }: Outgoing,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const what = `${method} ${path}`;
      const options = { method, headers, agent: this.agent, timeout: PATIENCE_MS };
      const sent = request(new URL(path, this.url), options);
      sent.once('response', resolve);
      sent.once('timeout', () => sent.destroy(new Error(`no response within ${PATIENCE_MS} ms`)));
      sent.on('error', (cause) => {
        reject(new ConnectionLost(`${what}: ${cause.message}`, { cause }));
      });
      sendBody(sent, body);
    });
  }

  private async drain(response: IncomingMessage, take: (chunk: Buffer) => void): Promise<void> {
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) take(chunk);
    } catch (cause) {
      throw new ConnectionLost('the response was cut', { cause });
    }
  }

  private record(method: string, path: string, status: number): void {
    if (status >= 500 && this.recording) this.serverErrors.push(`${status} to ${method} ${path}`);
  }
}

function describe({ status, body }: Answer): string {
  return `${status} ${body.subarray(0, 300).toString()}`.trimEnd();
}

function sendBody(sent: ClientRequest, body: Outgoing['body']): void {
  if (body === undefined || Buffer.isBuffer(body)) {
    sent.end(body);
    return;
  }
  // A failure is also an 'error' of the request.
  pipeline(Readable.from(body), sent).catch(() => undefined);
}
