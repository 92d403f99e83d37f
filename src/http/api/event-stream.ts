import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { type Response } from 'express';

/** The media type of server-sent events. */
const STREAM_TYPE = 'text/event-stream';

/** A client that reads nothing for this time is disconnected, because its stream takes one of few places. In milliseconds. */
const STALLS_MS = 60_000;

/** How long a client waits before it connects again. In milliseconds. */
const RETRY_MS = 2_000;

/** One message of a stream. */
export interface StreamMessage {
  /** Clients resume after the last message with an id. */
  readonly id?: string;
  /** A name, for messages that are no ordinary ones. */
  readonly name?: string;
  readonly data: object;
}

/** Sends server-sent events, as the HTML standard describes them. */
export class EventStream {
  constructor(private readonly response: Response) {}

  /** Sends the headers. Proxies must neither store nor collect what follows. */
  begin(): void {
    const { response } = this;
    response.status(200).setHeader('Content-Type', STREAM_TYPE);
    response.setHeader('Cache-Control', 'no-store').setHeader('X-Accel-Buffering', 'no');
    response.write(`retry: ${RETRY_MS}\n\n`);
  }

  /** Calls `work` when the client leaves or the stream has ended. */
  onceOver(work: () => void): void {
    this.response.once('close', work);
  }

  /** Whether the client has left. */
  get isOver(): boolean {
    return this.response.destroyed || this.response.writableEnded;
  }

  /** Sends a message, and resolves when the client has room for the next one. */
  async send({ id, name, data }: StreamMessage): Promise<void> {
    const lines = [
      ...(id === undefined ? [] : [`id: ${id}`]),
      ...(name === undefined ? [] : [`event: ${name}`]),
      `data: ${JSON.stringify(data)}`,
    ];
    if (this.isOver || this.response.write(`${lines.join('\n')}\n\n`)) return;
    await this.drained();
  }

  /** Sends a message that may be lost, unless the client is behind. */
  sendIfReady({ data }: Pick<StreamMessage, 'data'>): void {
    if (!this.isOver && !this.response.writableNeedDrain) {
      this.response.write(`data: ${JSON.stringify(data)}\n\n`);
    }
  }

  /** Sends a comment, so that neither side takes the connection for dead. */
  beat(): void {
    if (!this.isOver && !this.response.writableNeedDrain) this.response.write(':\n\n');
  }

  end(): void {
    this.response.end();
  }

  private async drained(): Promise<void> {
    const waiting = new AbortController();
    const { signal } = waiting;
    const late = delay(STALLS_MS, 'late', { signal, ref: false });
    const ready = [
      once(this.response, 'drain', { signal }),
      once(this.response, 'close', { signal }),
    ];
    const first = await Promise.race([late, ...ready]);
    waiting.abort();
    await Promise.allSettled([late, ...ready]);
    if (first === 'late') this.response.destroy();
  }
}
