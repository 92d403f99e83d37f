import { LiveConnection } from './live-connection.js';
import { type LiveMessage, type LiveRequest, type LiveState } from './live-message.js';

/** A page at one end. */
export type Listener = (message: LiveMessage) => void;

/** Shares one connection between pages. It is open while there are pages, and has the progress of uploads while one wants it. */
export class LiveHub {
  private readonly pages = new Map<Listener, boolean>();
  private connection: LiveConnection | undefined;
  private withProgress = false;

  /** Does what a page says. */
  hear(page: Listener, request: LiveRequest): void {
    if (request.kind === 'follow') this.follow(page, request.registry, request.withProgress);
    else if (request.kind === 'reconnect') this.connection?.start(this.withProgress);
    else this.leave(page);
  }

  private follow(page: Listener, registry: string, withProgress: boolean): void {
    this.pages.set(page, withProgress);
    const isNew = this.connection === undefined;
    this.connection ??= new LiveConnection(registry, (message) => this.tellAll(message));
    this.adjust(isNew);
    page({ kind: 'state', state: this.state });
  }

  private leave(page: Listener): void {
    this.pages.delete(page);
    if (this.pages.size > 0) return this.adjust(false);
    this.connection?.stop();
    this.connection = undefined;
    this.withProgress = false;
  }

  /** Opens the stream again if a page needs progress that it lacks, or if it has progress that no page needs. */
  private adjust(isNew: boolean): void {
    const withProgress = [...this.pages.values()].includes(true);
    if (!isNew && withProgress === this.withProgress) return;
    this.withProgress = withProgress;
    this.connection?.start(withProgress);
  }

  private get state(): LiveState {
    return this.connection?.state ?? 'connecting';
  }

  private tellAll(message: LiveMessage): void {
    for (const page of this.pages.keys()) page(message);
  }
}
