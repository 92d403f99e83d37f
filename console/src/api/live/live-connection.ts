import { ApiProblem } from '../../../../src/api/client/api-problem.js';
import { createBerthClient, type BerthClient } from '../../../../src/api/client/berth-client.js';
import { eventsOf, EventsMissed } from '../../../../src/api/client/registry-events.js';
import { fetchWhole } from '../fetch-whole.js';
import { type LiveMessage, type LiveState } from './live-message.js';

/** How long to wait after a failure that nobody expects. In milliseconds. */
const WAIT_MS = 5_000;

/** The stream of events of a registry, which is opened again after each interruption and continues where it was. */
export class LiveConnection {
  state: LiveState = 'connecting';
  private readonly client: BerthClient;
  private ending = new AbortController();
  private after: string | undefined;
  /** Whether the stream was open before, so that another one continues it. */
  private wasOpen = false;

  constructor(
    registry: string,
    private readonly tell: (message: LiveMessage) => void,
  ) {
    this.client = createBerthClient({ url: registry, fetch: fetchWhole });
  }

  /** Opens the stream. An open one is replaced, and nothing is missed in between. */
  start(withMoment: boolean): void {
    this.stop();
    const ending = new AbortController();
    this.ending = ending;
    void this.run(withMoment, ending.signal);
  }

  /** Ends the stream. */
  stop(): void {
    this.ending.abort();
  }

  private async run(withMoment: boolean, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await this.follow(withMoment, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof EventsMissed) {
          this.miss();
        } else if (error instanceof ApiProblem) {
          return this.become('refused');
        } else {
          this.become('lost');
          await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
        }
      }
    }
  }

  private async follow(withMoment: boolean, signal: AbortSignal): Promise<void> {
    const { after } = this;
    const events = eventsOf(this.client, {
      signal,
      // By default the stream has everything but the present moment, which costs the registry a look each second.
      ...(withMoment && { types: ['*'] }),
      ...(after !== undefined && { after }),
      onConnection: (isOpen) => {
        if (!signal.aborted) this.note(isOpen);
      },
    });
    for await (const event of events) {
      if ('id' in event) this.after = event.id;
      this.tell({ kind: 'event', event });
    }
  }

  private note(isOpen: boolean): void {
    if (!isOpen) return this.become('lost');
    // Without an event that was seen, the registry does not know where to continue.
    if (this.wasOpen && this.after === undefined) this.miss();
    this.wasOpen = true;
    this.become('open');
  }

  private miss(): void {
    this.after = undefined;
    this.tell({ kind: 'missed' });
  }

  private become(state: LiveState): void {
    this.state = state;
    this.tell({ kind: 'state', state });
  }
}
