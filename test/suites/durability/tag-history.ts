/** One push that sets a tag. */
export interface TagMove {
  readonly digest: string;
  readonly began: number;
  /** When the client got the response or lost the connection. Until then the server may still move the tag. */
  ended: number;
  acknowledged: boolean;
}

/** A clock that never returns the same time twice, so that all events have an order. */
let now = 0;

/** The moves of one tag, by any clients. */
export class TagHistory {
  private moves: TagMove[] = [];

  begin(digest: string): TagMove {
    const move = { digest, began: ++now, ended: Infinity, acknowledged: false };
    this.moves.push(move);
    return move;
  }

  end(move: TagMove, acknowledged: boolean): void {
    move.ended = ++now;
    move.acknowledged = acknowledged;
  }

  get isAcknowledged(): boolean {
    return this.moves.some(({ acknowledged }) => acknowledged);
  }

  /**
   * Returns whether the tag may point to `digest`; `undefined` is a missing tag.
   *
   * A move is irrelevant once another one that began after its end was acknowledged.
   */
  allows(digest: string | undefined): boolean {
    if (digest === undefined) return !this.isAcknowledged;
    return this.moves.some((move) => move.digest === digest && !this.isSuperseded(move));
  }

  /** Records what the tag points to on the disk: from now on it points to that, or to a later push. */
  settle(digest: string | undefined): void {
    this.moves = [];
    if (digest !== undefined) this.end(this.begin(digest), true);
  }

  private isSuperseded({ ended }: TagMove): boolean {
    return this.moves.some(({ acknowledged, began }) => acknowledged && began > ended);
  }
}
