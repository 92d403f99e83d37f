import { randomBytes } from 'node:crypto';

import { type SecretStore } from '../../storage/ports/secret-store.js';

/** A secret that signs tokens, and its id, which the tokens contain. */
export interface SigningKey {
  readonly id: string;
  readonly secret: Uint8Array;
}

/** How long a key signs. */
const ROTATE_AFTER_MS = 30 * 86_400_000;

/** 256 bits, the key size of HMAC with SHA-256. */
const KEY_BYTES = 32;

/** The creation time of the key, and random digits. */
const KEY_ID = /^(\d{13})-[0-9a-f]{16}$/;

/**
 * The keys that sign tokens, shared by all processes of a storage. Each process signs with the newest key, and looks up unknown
 * keys in the storage.
 */
export class SigningKeys {
  private readonly known = new Map<string, SigningKey>();
  private renewing: Promise<SigningKey> | undefined;

  constructor(
    private readonly secrets: SecretStore,
    /** The longest life of a token, in milliseconds. */
    private readonly keepForMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Resolves to the key to sign with. Creates a new one when the newest is too old. */
  async newest(): Promise<SigningKey> {
    return this.newestKnown() ?? (this.renewing ??= this.renew());
  }

  /** Finds the key with that id; `undefined` if it does not exist. */
  async find(id: string): Promise<SigningKey | undefined> {
    if (!KEY_ID.test(id)) return undefined;
    return this.known.get(id) ?? this.read(id);
  }

  /** Loads or creates the key once for all callers that wait: after a start there are many. */
  private async renew(): Promise<SigningKey> {
    try {
      await this.load();
      return this.newestKnown() ?? (await this.create());
    } finally {
      this.renewing = undefined;
    }
  }

  private newestKnown(): SigningKey | undefined {
    const [newest] = [...this.known.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
    return newest && this.ageOf(newest.id) < ROTATE_AFTER_MS ? newest : undefined;
  }

  private async load(): Promise<void> {
    for (const id of await this.secrets.list('signing-keys')) {
      if (!KEY_ID.test(id)) continue;
      if (this.ageOf(id) > ROTATE_AFTER_MS + this.keepForMs) await this.remove(id);
      else await this.read(id);
    }
  }

  private async create(): Promise<SigningKey> {
    const id = `${this.now()}-${randomBytes(8).toString('hex')}`;
    const key = { id, secret: randomBytes(KEY_BYTES) };
    await this.secrets.put('signing-keys', id, key.secret);
    this.known.set(id, key);
    return key;
  }

  private async read(id: string): Promise<SigningKey | undefined> {
    const secret = await this.secrets.get('signing-keys', id);
    if (secret?.byteLength !== KEY_BYTES) return undefined;
    const key = { id, secret };
    this.known.set(id, key);
    return key;
  }

  private async remove(id: string): Promise<void> {
    this.known.delete(id);
    await this.secrets.remove('signing-keys', id);
  }

  private ageOf(id: string): number {
    return this.now() - Number(KEY_ID.exec(id)?.[1] ?? 0);
  }
}
