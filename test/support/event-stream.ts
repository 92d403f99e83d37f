import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** A message of server-sent events. */
export interface SeenMessage {
  readonly id?: string;
  readonly event?: string;
  readonly data: Record<string, unknown> & { type?: string; data?: Record<string, unknown> };
}

/** A reader of a stream of server-sent events, on a connection of its own. */
export class StreamReader implements AsyncDisposable {
  readonly messages: SeenMessage[] = [];
  isOver = false;
  comments = 0;
  private rest = '';

  private constructor(
    private readonly asking: ClientRequest,
    readonly response: IncomingMessage,
  ) {
    response.setEncoding('utf8').on('data', (text: string) => this.read(text));
    response.once('close', () => (this.isOver = true)).once('error', () => undefined);
  }

  /** Resolves when the server has begun to answer. */
  static open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<StreamReader> {
    return new Promise((resolve, reject) => {
      const asking = request(url, { headers, agent: false }, (response) =>
        resolve(new StreamReader(asking, response)),
      );
      asking.on('error', reject).end();
    });
  }

  get types(): string[] {
    return this.messages.map(({ event, data }) => event ?? String(data.type));
  }

  /** Resolves to the messages when there are this many. @throws Error after 5 s */
  async take(count: number): Promise<SeenMessage[]> {
    await this.until(() => this.messages.length >= count);
    return this.messages;
  }

  /** Resolves when the server has ended the stream. @throws Error after 5 s */
  ended(): Promise<void> {
    return this.until(() => this.isOver);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.asking.destroy();
    await this.until(() => this.isOver);
  }

  private async until(isSo: () => boolean): Promise<void> {
    for (const late = Date.now() + 5_000; !isSo(); await delay(5)) {
      if (Date.now() > late) throw new Error(`not within 5 s; seen: ${this.types.join(', ')}`);
    }
  }

  private read(text: string): void {
    const parts = `${this.rest}${text}`.split('\n\n');
    this.rest = parts.pop() ?? '';
    for (const part of parts) {
      const fields = Object.fromEntries(
        part.split('\n').map((line) => {
          const at = line.indexOf(':');
          return [line.slice(0, at), line.slice(at + 1).trim()];
        }),
      ) as Record<string, string>;
      const { data, ...others } = fields;
      if (data !== undefined)
        this.messages.push({ ...others, data: JSON.parse(data) as SeenMessage['data'] });
      else if ('' in others) this.comments++;
    }
  }
}
