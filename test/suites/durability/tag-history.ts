/** One push that sets a tag. */
export interface TagMove {
  readonly digest: string;
  readonly began: number;
  /** When the client had its answer, or lost the connection; until then the server may still make the move. */
  ended: number;
  acknowledged: boolean;
}

/** A clock that never gives the same time twice, so that any two events have an order. */
let now = 0;

/** The moves of one tag, by whatever clients. */
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
   * Whether the tag may point to `digest`; `undefined` stands for no such tag.
   *
   * A move counts for nothing any more once another that began after its end was acknowledged.
   */
  allows(digest: string | undefined): boolean {
    if (digest === undefined) return !this.isAcknowledged;
    return this.moves.some((move) => move.digest === digest && !this.isSuperseded(move));
  }

  /** What the tag was found to point to on the disk: from now on it points to that, or to what is pushed later. */
  settle(digest: string | undefined): void {
    this.moves = [];
    if (digest !== undefined) this.end(this.begin(digest), true);
  }

  private isSuperseded({ ended }: TagMove): boolean {
    return this.moves.some(({ acknowledged, began }) => acknowledged && began > ended);
  }
}
