import { Digest, isDigestAlgorithm, type DigestAlgorithm } from '../../domain/digest.js';
import { nonce } from './names.js';

/**
 * Where a session stands, as the name of its staged file says it: renaming the file is the step from one state to the next,
 * and of several processes that try the same step only one finds the old name.
 *
 * `data.OFFSET.ALG.HEX` waits for a writer; `busy.OFFSET.ALG.HEX.SINCE.NONCE` has one. OFFSET counts the bytes that were
 * acknowledged. HEX is the digest of exactly those, or `-` where nobody kept the running hash: a hint that spares a second
 * read, believed only while the file has that length.
 */
export interface UploadState {
  readonly offset: number;
  readonly algorithm: DigestAlgorithm;
  readonly hint: Digest | undefined;
  /** For a session with a writer: when it took hold, in milliseconds since the epoch. */
  readonly busySince: number | undefined;
  /** The name of the staged file. */
  readonly file: string;
}

/** The name of a session that waits for a writer. */
export function idleName(state: Pick<UploadState, 'offset' | 'algorithm' | 'hint'>): string {
  return `data.${state.offset}.${state.algorithm}.${state.hint?.hex ?? '-'}`;
}

/** Returns `state` with a new holder and a new, secret name, also for the same writer. */
export function held(state: UploadState): UploadState {
  const busySince = Date.now();
  const rest = idleName(state).slice('data.'.length);
  return { ...state, busySince, file: `busy.${rest}.${busySince}.${nonce()}` };
}

/** Reads the name of a staged file, or answers `undefined` for any other name. */
export function parseStateName(file: string): UploadState | undefined {
  const [kind, offset = '', algorithm = '', hex = '', since = ''] = file.split('.');
  if (kind !== 'data' && kind !== 'busy') return undefined;
  if (!/^\d{1,15}$/.test(offset) || !isDigestAlgorithm(algorithm)) return undefined;
  if (kind === 'busy' && !/^\d{1,15}$/.test(since)) return undefined;
  return {
    offset: Number(offset),
    algorithm,
    hint: Digest.tryParse(`${algorithm}:${hex}`),
    busySince: kind === 'busy' ? Number(since) : undefined,
    file,
  };
}
