import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, it } from '@jest/globals';

import { latencyOf } from './latency.js';
import { residentMiB } from './process-facts.js';
import { Victim } from './victim.js';

const MIB = 1024 * 1024;
/** What the attacker sends on one connection, if the server lets it. */
const ATTACK_BYTES = 30 * MIB;
const ATTACK_MS = 8_000;
/** Every other client gets its response within this time. */
const WITHIN_MS = 1_000;
const HEAP = { NODE_OPTIONS: '--max-old-space-size=512' };
const MOST_MIB = 400;

const VARIANTS = [
  { title: 'reads no response', path: '/v2/', reads: false },
  { title: 'reads every response', path: '/health', reads: true },
] as const;

/** A client that sends request after request without waiting for a response, and connects again when it is cut off. */
class Flood {
  sent = 0;
  private ended = false;
  private socket: Socket | undefined;
  private readonly chunk: Buffer;

  constructor(
    private readonly port: number,
    path: string,
    private readonly reads: boolean,
  ) {
    const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    this.chunk = Buffer.from(request.repeat(Math.ceil(65_536 / request.length)));
  }

  async run(): Promise<void> {
    while (!this.ended && this.sent < ATTACK_BYTES) await this.floodOnce();
  }

  stop(): void {
    this.ended = true;
    this.socket?.destroy();
  }

  private async floodOnce(): Promise<void> {
    const socket = connect(this.port, '127.0.0.1').on('error', () => undefined);
    this.socket = socket;
    if (this.reads) socket.resume();
    else socket.pause();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    while (!socket.destroyed && this.sent < ATTACK_BYTES) {
      this.sent += this.chunk.byteLength;
      if (socket.write(this.chunk)) await sleep(0);
      else await Promise.race([closed, new Promise((resolve) => socket.once('drain', resolve))]);
    }
    await closed;
  }
}

/** Asks from new connections for as long as the attack lasts, and returns the longest time in milliseconds. */
async function worstLatency(url: string, method: string): Promise<number> {
  let worst = 0;
  for (const end = Date.now() + ATTACK_MS; Date.now() < end; await sleep(50)) {
    worst = Math.max(worst, await latencyOf(url, method));
  }
  return worst;
}

describe.each(VARIANTS)('a connection that pipelines without end and $title', ({ path, reads }) => {
  let flood: Flood | undefined;
  let victim: Victim | undefined;
  let plain: Server | undefined;
  afterEach(async () => {
    flood?.stop();
    await victim?.stop();
    plain?.closeAllConnections();
    plain?.close();
    [flood, victim, plain] = [undefined, undefined, undefined];
  });

  it('neither stops the registry nor keeps other clients waiting', async () => {
    victim = await Victim.start('filesystem', HEAP);
    flood = new Flood(victim.port, path, reads);
    void flood.run();

    const worst = await worstLatency(`${victim.process.url}/v2/`, 'HEAD');

    expect(worst).toBeLessThan(WITHIN_MS);
    expect(await residentMiB(victim.pid)).toBeLessThan(MOST_MIB);
    expect(await victim.normalComplaints()).toEqual([]);
  });

  it('does not keep the clients of a plain server of node:http waiting either', async () => {
    plain = createServer((_, response) => response.end('{}'));
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const { port } = plain.address() as AddressInfo;
    flood = new Flood(port, path, reads);
    void flood.run();

    expect(await worstLatency(`http://127.0.0.1:${port}/`, 'GET')).toBeLessThan(WITHIN_MS);
  });
});
