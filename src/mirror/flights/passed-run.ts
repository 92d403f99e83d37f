import { Digest, newHash, type DigestAlgorithm } from '../../domain/digest.js';

/** The bytes of one download, which are read once and in order. */
export class PassedRun {
  /** What has come and was not read yet. */
  private left: Uint8Array = new Uint8Array();
  private readonly hash: ReturnType<typeof newHash> | undefined;

  /**
   * @param at the position in the blob of the next byte
   * @param end ends the download
   */
  constructor(
    private readonly source: AsyncGenerator<Uint8Array>,
    public at: number,
    private readonly algorithm: DigestAlgorithm,
    readonly end: () => void,
  ) {
    if (at === 0) this.hash = newHash(algorithm);
  }

  /** Whether its digest will be known, because it began at the first byte. */
  get isWhole(): boolean {
    return this.hash !== undefined;
  }

  /** Yields the bytes of a range that is not before the present position. @throws the errors of the download */
  async *read(start: number, end: number): AsyncGenerator<Uint8Array> {
    while (this.at <= end) {
      const from = this.at;
      const piece = await this.next(end);
      if (this.at > start) yield piece.subarray(Math.max(0, start - from));
    }
  }

  /** Reads the last byte. Resolves to the digest of all, or to `undefined` if it did not begin at the first one. */
  async digest(): Promise<Digest | undefined> {
    // The download throws if more bytes come.
    await this.source.next();
    return this.hash && Digest.fromHash(this.algorithm, this.hash);
  }

  /** Resolves to the next bytes, up to `last` at most. */
  private async next(last: number): Promise<Uint8Array> {
    if (this.left.byteLength === 0) {
      const next = await this.source.next();
      if (next.done === true) throw new Error('the download ended before the blob');
      this.left = next.value;
      this.hash?.update(this.left);
    }
    const piece = this.left.subarray(0, last - this.at + 1);
    this.left = this.left.subarray(piece.byteLength);
    this.at += piece.byteLength;
    return piece;
  }
}
