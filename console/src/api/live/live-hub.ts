import { LiveConnection } from './live-connection.js';
import { type LiveMessage, type LiveRequest, type LiveState } from './live-message.js';

/** A page at one end. */
export type Listener = (message: LiveMessage) => void;

/** Shares one connection between pages. It is open while there are pages, and has events about the present moment while one wants them. */
export class LiveHub {
  private readonly pages = new Map<Listener, boolean>();
  private connection: LiveConnection | undefined;
  private withMoment = false;

  /** Does what a page says. */
  hear(page: Listener, request: LiveRequest): void {
    if (request.kind === 'follow') this.follow(page, request.registry, request.withMoment);
    else if (request.kind === 'reconnect') this.connection?.start(this.withMoment);
    else this.leave(page);
  }

  private follow(page: Listener, registry: string, withMoment: boolean): void {
    this.pages.set(page, withMoment);
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
    this.withMoment = false;
  }

  /** Opens the stream again if a page needs the present moment and it lacks that, or if it has it and no page needs it. */
  private adjust(isNew: boolean): void {
    const withMoment = [...this.pages.values()].includes(true);
    if (!isNew && withMoment === this.withMoment) return;
    this.withMoment = withMoment;
    this.connection?.start(withMoment);
  }

  private get state(): LiveState {
    return this.connection?.state ?? 'connecting';
  }

  private tellAll(message: LiveMessage): void {
    for (const page of this.pages.keys()) page(message);
  }
}
