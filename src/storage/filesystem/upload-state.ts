import { Digest, isDigestAlgorithm, type DigestAlgorithm } from '../../domain/digest.js';
import { nonce } from './disk/temporary-names.js';

/**
 * The state of a session, which is the name of its staged file. A rename changes the state, and only one of several processes that
 * try the same change finds the old name.
 *
 * `data.OFFSET.ALG.HEX` is an idle session; `busy.OFFSET.ALG.HEX.SINCE.NONCE` has a writer. OFFSET is the number of acknowledged
 * bytes. HEX is the digest of exactly these bytes, or `-` if the running hash is not known. It saves reading the file again, and is
 * used only if the file has that length.
 */
export interface UploadState {
  readonly offset: number;
  readonly algorithm: DigestAlgorithm;
  readonly hint: Digest | undefined;
  /** When the writer took its hold, in milliseconds since the epoch. `undefined` without a writer. */
  readonly busySince: number | undefined;
  /** The name of the staged file. */
  readonly file: string;
}

/** Returns the name of an idle session. */
export function idleName(state: Pick<UploadState, 'offset' | 'algorithm' | 'hint'>): string {
  return `data.${state.offset}.${state.algorithm}.${state.hint?.hex ?? '-'}`;
}

/** Returns `state` with a new, secret name for its holder. The same writer gets a new name each time. */
export function held(state: UploadState): UploadState {
  const busySince = Date.now();
  const rest = idleName(state).slice('data.'.length);
  return { ...state, busySince, file: `busy.${rest}.${busySince}.${nonce()}` };
}

/** Parses the name of a staged file. Returns `undefined` for any other name. */
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
