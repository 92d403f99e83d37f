import { Digest, isDigestAlgorithm, type DigestAlgorithm } from '../../domain/digest.js';
import { nonce } from './disk/temporary-names.js';

/** The state of a session, parsed from the name of its staged file. docs/storage-layout.md#upload-states has the format. */
export interface UploadState {
  readonly offset: number;
  readonly algorithm: DigestAlgorithm;
  /** The digest of exactly `offset` bytes, if it is known. Commit uses it without reading the file. */
  readonly knownDigest: Digest | undefined;
  /** When the writer took its hold, in milliseconds since the epoch. `undefined` without a writer. */
  readonly busySince: number | undefined;
  /** The name of the staged file. */
  readonly file: string;
}

/** Returns the name of an idle session. */
export function idleName(state: Pick<UploadState, 'offset' | 'algorithm' | 'knownDigest'>): string {
  return `data.${state.offset}.${state.algorithm}.${state.knownDigest?.hex ?? '-'}`;
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
    knownDigest: Digest.tryParse(`${algorithm}:${hex}`),
    busySince: kind === 'busy' ? Number(since) : undefined,
    file,
  };
}
