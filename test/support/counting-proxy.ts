import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

const HOST = '127.0.0.1';
/** More than a registry allows, so that the registry decides about long headers. */
const MAX_HEADER_BYTES = 1_048_576;

/** One response that went through a proxy. */
export interface CountedResponse {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  /** The number of ranges that the request asked for. */
  readonly ranges: number;
  readonly status: number;
  /** The bytes of the body so far. */
  bytes: number;
}

/** A proxy in front of a registry, which counts the bytes that the registry sends. */
export class CountingProxy {
  readonly #server: http.Server;
  readonly #responses: CountedResponse[];

  private constructor(server: http.Server, responses: CountedResponse[]) {
    this.#server = server;
    this.#responses = responses;
  }

  static async start(registry: string): Promise<CountingProxy> {
    const responses: CountedResponse[] = [];
    const server = http.createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
      forward(registry, request, response, (counted) => responses.push(counted)).catch(() =>
        response.destroy(),
      );
    });
    await once(server.listen(0, HOST), 'listening');
    return new CountingProxy(server, responses);
  }

  /** Returns the proxy's host in image names. */
  get host(): string {
    return `${HOST}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Returns the responses so far, and forgets them. */
  take(): CountedResponse[] {
    return this.#responses.splice(0);
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

async function forward(
  registry: string,
  request: IncomingMessage,
  response: ServerResponse,
  report: (counted: CountedResponse) => void,
): Promise<void> {
  const { method = '', url: path = '', headers } = request;
  const onward = http.request(new URL(path, registry), { method, headers });
  const answered = once(onward, 'response') as Promise<[IncomingMessage]>;
  const [[answer]] = await Promise.all([answered, pipeline(request, onward)]);
  const { statusCode: status = 0 } = answer;
  const { authorization, range } = headers;
  const counted = { method, path, authorization, ranges: countRanges(range), status, bytes: 0 };
  // Before the body, because a client may hang up after the bytes that it needs.
  report(counted);
  answer.on('data', (chunk: Buffer) => (counted.bytes += chunk.byteLength));
  response.writeHead(status, answer.headers);
  await pipeline(answer, response);
}

function countRanges(header: string | undefined): number {
  return header?.split(',').length ?? 0;
}
