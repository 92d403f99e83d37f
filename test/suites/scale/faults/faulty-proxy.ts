import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

const HOST = '127.0.0.1';

/** A proxy in front of an S3 server that gives bad answers to some of the requests. */
export class FaultyProxy {
  /** The share of bad answers. Half of them are given instead of the work, and half after it. */
  share = 0;
  /** The number of bad answers so far. */
  bad = 0;
  private readonly target: string;
  private readonly agent = new http.Agent({ keepAlive: true });
  private readonly server: http.Server;

  private constructor(target: string) {
    this.target = target;
    this.server = http.createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(target: string): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target);
    await once(proxy.server.listen(0, HOST), 'listening');
    return proxy;
  }

  get endpoint(): string {
    return `http://${HOST}:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
    this.agent.destroy();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isBad = Math.random() < this.share;
    if (isBad) this.bad++;
    if (isBad && Math.random() < 0.5) {
      await once(request.resume(), 'end');
      return refuse(response, 503, 'SlowDown');
    }
    const answer = await this.forward(request);
    if (isBad) {
      answer.resume();
      await once(answer, 'end');
      return refuse(response, 500, 'InternalError');
    }
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    await pipeline(answer, response);
  }

  /** Passes the request on with all of its headers, which its signature is about. */
  private async forward(request: IncomingMessage): Promise<IncomingMessage> {
    const { method, url = '', headers } = request;
    const options = { method, headers, agent: this.agent };
    const onward = http.request(new URL(url, this.target), options);
    const answered = once(onward, 'response') as Promise<[IncomingMessage]>;
    const [[answer]] = await Promise.all([answered, pipeline(request, onward)]);
    return answer;
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'Content-Type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>bad</Message></Error>`);
}
