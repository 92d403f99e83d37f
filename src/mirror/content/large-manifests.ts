import { RegistryError } from '../../domain/errors.js';
import { Slots } from '../upstream/slots.js';

/** Images have some KiB. One of 4 MiB takes 50 MiB of memory and some hundred milliseconds while it is parsed and stored. */
export const LARGE_BYTES = 256 * 1024;

/** How long a large manifest waits for its turn, in milliseconds. */
const PATIENCE_MS = 5_000;

/** How many bytes wait at most, besides those of the first one. */
const MAX_WAITING_BYTES = 16 * 1024 ** 2;

/** Lets large manifests be stored one at a time, so that many at once take neither all memory nor all time of the process. */
export class LargeManifests {
  private readonly turns: Slots;
  /** How many bytes are stored or wait. */
  private bytes = 0;

  constructor(private readonly patienceMs = PATIENCE_MS) {
    this.turns = new Slots(1, patienceMs, tooMany);
  }

  /**
   * Runs `work` with a manifest of `size` bytes: at once if it is small.
   *
   * @throws RegistryError `too-many-requests` if too many wait, or its turn does not come
   */
  async run<T>(size: number, work: () => Promise<T>): Promise<T> {
    if (size <= LARGE_BYTES) return work();
    if (this.bytes > 0 && this.bytes + size > MAX_WAITING_BYTES) throw tooMany(this.patienceMs);
    this.bytes += size;
    try {
      return await this.inTurn(work);
    } finally {
      this.bytes -= size;
    }
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const giveBack = await this.turns.take();
    try {
      return await work();
    } finally {
      giveBack();
    }
  }
}

function tooMany(patienceMs: number): RegistryError {
  return new RegistryError('too-many-requests', 'too many large manifests are stored at once', {
    retryAfter: Math.ceil(patienceMs / 1_000),
    advice: 'try again later',
  });
}
