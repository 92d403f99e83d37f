import { type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { type Readable, type Writable } from 'node:stream';

type Parameters = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly sessionId?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Ends each message. */
const NUL = '\0';

/**
 * The debugging protocol of a browser that was started with `--remote-debugging-pipe` and the file descriptors 3 and 4 as pipes.
 * Events of a page are emitted as `SESSION METHOD`.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/
 */
export class DevTools extends EventEmitter {
  private readonly waiting = new Map<number, Waiting>();
  private readonly input: Writable;
  private commands = 0;
  private rest = '';

  constructor(browser: ChildProcess) {
    super();
    const [, , , input, output] = browser.stdio;
    this.input = input as Writable;
    // A browser that has ended fails the commands in the listener below.
    this.input.on('error', () => undefined);
    (output as Readable).setEncoding('utf8').on('data', (text: string) => this.read(text));
    browser.once('exit', () => this.failAll(new Error('the browser has ended')));
  }

  /** Sends a command, and resolves to its result. */
  send(method: string, params: Parameters = {}, sessionId?: string): Promise<unknown> {
    const id = ++this.commands;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.input.write(JSON.stringify({ id, method, params, sessionId }) + NUL);
    });
  }

  private read(text: string): void {
    const messages = (this.rest + text).split(NUL);
    this.rest = messages.pop() ?? '';
    for (const message of messages) this.take(JSON.parse(message) as Message);
  }

  private take({ id, method = '', params, sessionId = '', result, error }: Message): void {
    if (id === undefined) {
      this.emit(`${sessionId} ${method}`, params);
      return;
    }
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error.message));
  }

  private failAll(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
