import { randomBytes } from 'node:crypto';
import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { makeDirectory, writeFileAtomically } from '../../files/atomic-write.js';
import { ignoreNotFound } from '../../files/errors.js';

/** A secret that signs tokens, and the name by which a token says that it did. */
export interface SigningKey {
  readonly id: string;
  readonly secret: Uint8Array;
}

/** How long a key signs. */
const ROTATE_AFTER_MS = 30 * 86_400_000;

/** 256 bits, as HMAC with SHA-256 wants them. */
const KEY_BYTES = 32;

/** The time at which the key was made, and some random digits. */
const KEY_NAME = /^(\d{13})-[0-9a-f]{16}$/;

/**
 * The keys that sign tokens: a directory of files that all processes on one storage share, or, without one, memory.
 *
 * Processes agree without talking: each signs with the newest key, and one that meets a key it does not know looks for the file.
 * A key goes when no token that it signed can be valid any more.
 */
export class SigningKeys {
  private readonly known = new Map<string, SigningKey>();
  private renewing: Promise<SigningKey> | undefined;

  constructor(
    private readonly directory: string | undefined,
    /** The longest life of a token, in milliseconds. */
    private readonly keepForMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Returns the key to sign with, and makes a new one when the newest is too old. */
  async newest(): Promise<SigningKey> {
    return this.newestKnown() ?? (this.renewing ??= this.renew());
  }

  /** Once for all that wait for it: many do, where the first clients come after a start. */
  private async renew(): Promise<SigningKey> {
    try {
      await this.load();
      return this.newestKnown() ?? (await this.create());
    } finally {
      this.renewing = undefined;
    }
  }

  /** The key of that name, or `undefined`. */
  async find(id: string): Promise<SigningKey | undefined> {
    const known = this.known.get(id);
    if (known !== undefined || this.directory === undefined || !KEY_NAME.test(id)) return known;
    return this.read(this.directory, id);
  }

  private newestKnown(): SigningKey | undefined {
    const [newest] = [...this.known.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
    return newest && this.ageOf(newest.id) < ROTATE_AFTER_MS ? newest : undefined;
  }

  private async load(): Promise<void> {
    if (this.directory === undefined) return;
    await makeDirectory(this.directory, 0o700);
    for (const id of await readdir(this.directory)) {
      if (!KEY_NAME.test(id)) continue;
      if (this.ageOf(id) > ROTATE_AFTER_MS + this.keepForMs) await this.remove(this.directory, id);
      else await this.read(this.directory, id);
    }
  }

  private async create(): Promise<SigningKey> {
    const id = `${this.now()}-${randomBytes(8).toString('hex')}`;
    const key = { id, secret: randomBytes(KEY_BYTES) };
    if (this.directory !== undefined)
      await writeFileAtomically(join(this.directory, id), key.secret, 0o600);
    this.known.set(id, key);
    return key;
  }

  private async read(directory: string, id: string): Promise<SigningKey | undefined> {
    const secret = await readFile(join(directory, id)).catch(ignoreNotFound);
    if (secret?.byteLength !== KEY_BYTES) return undefined;
    const key = { id, secret };
    this.known.set(id, key);
    return key;
  }

  private async remove(directory: string, id: string): Promise<void> {
    this.known.delete(id);
    await unlink(join(directory, id)).catch(ignoreNotFound);
  }

  private ageOf(id: string): number {
    return this.now() - Number(KEY_NAME.exec(id)?.[1] ?? 0);
  }
}
