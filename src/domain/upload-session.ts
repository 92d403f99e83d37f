import { randomUUID } from 'node:crypto';

import { type DigestAlgorithm } from './digest.js';
import { type RepositoryName } from './repository-name.js';

declare const brand: unique symbol;

/** The id of an upload session: a UUID, as the specification asks of the upload's location. */
export type UploadId = string & { readonly [brand]: 'UploadId' };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function newUploadId(): UploadId {
  return randomUUID() as UploadId;
}

/** Reads `text` as an upload's id, or answers `undefined`: no session can have it. */
export function tryParseUploadId(text: string): UploadId | undefined {
  return UUID.test(text) ? (text as UploadId) : undefined;
}

/** An upload that has begun and is neither committed nor discarded. */
export interface UploadSession {
  readonly id: UploadId;
  readonly repository: RepositoryName;
  /** The algorithm that the client announced, by which the running hash is kept. */
  readonly algorithm: DigestAlgorithm;
  /** The number of bytes received, which is where the next one goes. */
  readonly offset: number;
}
