import { type RegistryEvent } from '../../domain/registry-event.js';
import { type EventPage, type EventPosition, type Outbox } from '../../storage/ports/outbox.js';

const PAGE = 100;

/** Reads the outbox for one consumer, which takes the events one by one. */
export class UnreadEvents {
  private page: EventPage | undefined;
  private index = 0;
  private readonly handled: Set<string>;

  /**
   * @param position where the reading begins
   * @param handled the ids of later events that were taken already
   */
  constructor(
    private readonly outbox: Outbox,
    private position: EventPosition,
    handled: readonly string[],
    private readonly wants: (event: RegistryEvent) => boolean,
    private readonly pageSize = PAGE,
  ) {
    this.handled = new Set(handled);
  }

  /** The position to store, and the ids of the events after it that were taken. */
  get place(): { readonly position: EventPosition; readonly handled: readonly string[] } {
    return { position: this.position, handled: [...this.handled] };
  }

  /** Resolves to the next event that is wanted, without taking it. Resolves to `undefined` after the last one. */
  async peek(): Promise<RegistryEvent | undefined> {
    for (;;) {
      this.page ??= await this.outbox.read(this.position, this.pageSize);
      const event = this.page.events[this.index];
      if (event !== undefined) {
        if (!this.handled.has(event.id) && this.wants(event)) return event;
        this.handled.add(event.id);
        this.index++;
        continue;
      }
      const isLast = this.page.events.length === 0;
      this.position = this.page.next;
      this.page = undefined;
      this.index = 0;
      this.handled.clear();
      if (isLast) return undefined;
    }
  }

  /** Takes an event that `peek` returned. */
  take({ id }: RegistryEvent): void {
    this.handled.add(id);
  }
}
