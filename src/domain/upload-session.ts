import { randomUUID } from 'node:crypto';

import { type DigestAlgorithm } from './digest.js';
import { type RepositoryName } from './repository-name.js';

declare const brand: unique symbol;

/** The id of an upload session. It is a UUID, which the specification requires in an upload's location. */
export type UploadId = string & { readonly [brand]: 'UploadId' };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function newUploadId(): UploadId {
  return randomUUID() as UploadId;
}

/** Reads `text` as an upload's id. Returns `undefined` if it is invalid, so that no session can have it. */
export function tryParseUploadId(text: string): UploadId | undefined {
  return UUID.test(text) ? (text as UploadId) : undefined;
}

/** A longer login is not kept, because stores may keep it in the name of a file. In bytes. */
const MAX_LOGIN = 48;

/** Returns what a session keeps of the login that began it. */
export function keptLogin(by: string | undefined): Pick<UploadSession, 'by'> {
  return by === undefined || Buffer.byteLength(by) > MAX_LOGIN ? {} : { by };
}

/** An upload that has begun and is neither committed nor discarded. */
export interface UploadSession {
  readonly id: UploadId;
  readonly repository: RepositoryName;
  /** The algorithm of the running hash, as the client announced it. */
  readonly algorithm: DigestAlgorithm;
  /** The login of the client that began it, if there was one and it is short. */
  readonly by?: string;
  /** The number of bytes received, and so the position of the next one. */
  readonly offset: number;
  /** The number of bytes that were written, if a running append has written more than it has acknowledged. Only in lists of sessions. */
  readonly staged?: number;
}
