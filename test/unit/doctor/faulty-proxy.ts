import { once } from 'node:events';
import {
  createServer,
  request,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

export type Answering = (asked: IncomingMessage, response: ServerResponse) => boolean;

/** A fault of a proxy. */
export interface Fault {
  /** Responds instead of the registry. Returns false to pass the request on. */
  readonly answer?: Answering;
  /** Changes the registry's response headers. */
  readonly headers?: (headers: OutgoingHttpHeaders, asked: IncomingMessage) => OutgoingHttpHeaders;
  readonly body?: (body: Buffer, asked: IncomingMessage) => Buffer;
  /** Buffers requests until they are complete. */
  readonly buffers?: boolean;
}

/** A proxy with one fault in front of the registry on `port`. */
export class FaultyProxy {
  private constructor(private readonly server: Server) {}

  static async start(port: number, fault: Fault): Promise<FaultyProxy> {
    const server = createServer((asked, response) => {
      if (fault.answer?.(asked, response) === true) return;
      void forward(port, fault, asked, response).catch(() => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultyProxy(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

async function forward(
  port: number,
  fault: Fault,
  asked: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const held = fault.buffers === true ? await allOf(asked) : undefined;
  const { method, url: path, headers } = asked;
  const passed = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
  const answered = once(passed, 'response') as Promise<[IncomingMessage]>;
  if (held === undefined) pipeline(asked, passed, () => undefined);
  else passed.end(held);
  const [answer] = await answered;
  const body = await allOf(answer);
  const changed = fault.body?.(body, asked) ?? body;
  const all = { ...answer.headers, connection: 'close' };
  const left = Object.entries(fault.headers?.(all, asked) ?? all);
  const said = left.filter(([, value]) => value !== undefined);
  response.writeHead(answer.statusCode ?? 0, Object.fromEntries(said));
  response.end(changed);
}

async function allOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
