import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** The text format of Prometheus. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** A scrape is one short request. */
const REQUEST_WITHIN_MS = 10_000;

/** Serves `/metrics` on an address of its own, without a login. */
export class MetricsServer {
  private constructor(private readonly server: Server) {}

  /**
   * Listens on `address`, as `HOST:PORT`.
   *
   * @param text resolves to the metrics
   * @throws an error of Node if the address cannot be used
   */
  static async listen(address: string, text: () => Promise<string>): Promise<MetricsServer> {
    const { hostname, port } = new URL(`tcp://${address}`);
    const server = createServer(
      { requestTimeout: REQUEST_WITHIN_MS },
      (request, response) => void answer(request, response, text),
    );
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(Number(port), hostname.replace(/^\[|\]$/g, ''), resolve);
    });
    // The metrics alone must not keep a process running.
    server.unref();
    return new MetricsServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

async function answer(
  { method, url = '' }: IncomingMessage,
  response: ServerResponse,
  text: () => Promise<string>,
): Promise<void> {
  const isMetrics = /^\/metrics(?:\?|$)/.test(url);
  if (!isMetrics) return send(response, 404, 'the metrics are at /metrics\n');
  if (method !== 'GET' && method !== 'HEAD') return send(response, 405, 'only GET and HEAD\n');
  try {
    send(response, 200, await text(), CONTENT_TYPE);
  } catch (error) {
    send(response, 500, `the metrics failed: ${String(error)}\n`);
  }
}

function send(response: ServerResponse, status: number, body: string, type = 'text/plain'): void {
  const length = Buffer.byteLength(body);
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': length });
  response.end(body);
}
