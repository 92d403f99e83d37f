import { type RemoteFailure } from '../../client/registry-client.js';
import { type EventType, type NewEvent } from '../../domain/registry-event.js';

/** An equal failure within this time is not recorded: some registries ask for rests of a second. In milliseconds. */
const WINDOW_MS = 60_000;

/** Records the events of an upstream that begins to fail or to refuse requests by a limit. */
export class FailureEvents {
  /** What was recorded of the upstream since it last answered. */
  private current: EventType | undefined;
  private readonly recordedAt = new Map<EventType, number>();

  constructor(
    private readonly mirror: string,
    private readonly record: (event: NewEvent) => void,
    private readonly now: () => number,
  ) {}

  /** Records a failure, unless one of the same kind was recorded since the last answer or within the window. */
  failed({ kind, message }: RemoteFailure): void {
    const type = kind === 'limited' ? 'mirror.limited' : 'mirror.failed';
    if (type === this.current) return;
    const before = this.recordedAt.get(type) ?? -Infinity;
    // The next failure of its kind is recorded, if the upstream fails for longer.
    if (this.now() - before < WINDOW_MS) return;
    this.current = type;
    this.recordedAt.set(type, this.now());
    this.record({ type, data: { mirror: this.mirror, reason: message } });
  }

  answered(): void {
    this.current = undefined;
  }
}
