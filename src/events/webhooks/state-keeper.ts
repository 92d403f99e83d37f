import { type Outbox } from '../../storage/ports/outbox.js';
import { type Clock } from './clock.js';
import { type EndpointState } from './endpoint-state.js';
import { type UnreadEvents } from './unread-events.js';

/** A change is stored after at most this time: a killed process then repeats the deliveries of a second. In milliseconds. */
const SAVE_WITHIN_MS = 1_000;

/** A position that passed only events nobody wants is stored after this time. In milliseconds. */
const SAVE_MOVES_WITHIN_MS = 60_000;

export interface KeeperParts {
  readonly outbox: Outbox;
  readonly cursor: string;
  readonly clock: Clock;
  /** Returns whether this process may still write the state. */
  readonly holds: () => boolean;
}

/** Keeps the state of an endpoint, and stores it with the position of its reader. */
export class StateKeeper {
  private saveAt = Infinity;

  constructor(
    private readonly parts: KeeperParts,
    private current: EndpointState,
    private readonly unread: UnreadEvents,
  ) {}

  get state(): EndpointState {
    return this.current;
  }

  /** Changes the state, which is stored soon. */
  change(change: (state: EndpointState) => EndpointState): void {
    this.current = change(this.current);
    this.saveBefore(SAVE_WITHIN_MS);
  }

  /** Notes that the reader may have moved. */
  moved(): void {
    this.saveBefore(SAVE_MOVES_WITHIN_MS);
  }

  /** Stores the state if it is time to. Resolves to how long it can wait, in milliseconds. */
  async saveIfDue(): Promise<number> {
    const now = this.parts.clock.now();
    if (now >= this.saveAt) await this.save();
    return this.saveAt - now;
  }

  async save(): Promise<void> {
    const { outbox, cursor, holds } = this.parts;
    this.saveAt = Infinity;
    const { position, handled } = this.unread.place;
    const state: EndpointState = { ...this.current, handled };
    // A process that lost its turn must not write over the state of the next one.
    if (holds()) await outbox.cursors.put(cursor, position, JSON.stringify(state));
  }

  private saveBefore(milliseconds: number): void {
    this.saveAt = Math.min(this.saveAt, this.parts.clock.now() + milliseconds);
  }
}
