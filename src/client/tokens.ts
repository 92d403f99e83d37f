import { LRUCache } from 'lru-cache';

import { isJsonObject } from '../domain/descriptor.js';
import { SharedWork } from '../domain/shared-work.js';

/** How many characters of tokens and of what they are for are kept: more than the tokens of a thousand repositories. */
const MAX_CHARACTERS = 4 * 1024 ** 2;

/** What a token service means if it does not say how long a token is valid. */
const DEFAULT_SECONDS = 60;

/** A token is renewed after this part of its time. */
const RENEWED_AFTER = 0.8;

export interface Token {
  readonly value: string;
  /** In seconds. */
  readonly expiresIn: number;
}

/** Keeps tokens by what they are for, and fetches each once at a time. */
export class Tokens {
  private readonly valid = new LRUCache<string, string>({
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (token, key) => token.length + key.length,
  });
  private readonly fetches = new SharedWork<string>();

  /** Resolves to the token for `key`; `fetch` gets a missing one. A `rejected` token is replaced. */
  get(key: string, fetch: () => Promise<Token>, rejected?: string): Promise<string> {
    const known = this.valid.get(key);
    if (known !== undefined && known !== rejected) return Promise.resolve(known);
    this.valid.delete(key);
    return this.fetches.run(key, () => this.fetch(key, fetch));
  }

  private async fetch(key: string, fetch: () => Promise<Token>): Promise<string> {
    const { value, expiresIn } = await fetch();
    const ttl = Math.floor(expiresIn * RENEWED_AFTER * 1_000);
    if (ttl > 0) this.valid.set(key, value, { ttl });
    return value;
  }
}

/** Reads the response of a token service. Returns `undefined` if it has no token. */
export function readToken(json: unknown): Token | undefined {
  if (!isJsonObject(json)) return undefined;
  const value = [json['token'], json['access_token']].find(isText);
  if (value === undefined) return undefined;
  const seconds = json['expires_in'];
  const expiresIn = typeof seconds === 'number' && seconds > 0 ? seconds : DEFAULT_SECONDS;
  return { value, expiresIn };
}

/** A token with other characters could not be sent as a header. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}
