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
  /** The login of the client that began the session. */
  readonly by?: string;
  /** The name of the staged file. */
  readonly file: string;
}

/** Returns the name of an idle session. */
export function idleName(state: NamedState): string {
  return `data.${progressOf(state)}${loginOf(state)}`;
}

/** Returns `state` with a new, secret name for its holder. The same writer gets a new name each time. */
export function held(state: UploadState): UploadState {
  const busySince = Date.now();
  const file = `busy.${progressOf(state)}.${busySince}.${nonce()}${loginOf(state)}`;
  return { ...state, busySince, file };
}

type NamedState = Pick<UploadState, 'offset' | 'algorithm' | 'knownDigest' | 'by'>;

function progressOf({ offset, algorithm, knownDigest }: NamedState): string {
  return `${offset}.${algorithm}.${knownDigest?.hex ?? '-'}`;
}

/** A login may have any characters, and a file name may not. */
function loginOf({ by }: NamedState): string {
  return by === undefined ? '' : `.${Buffer.from(by).toString('base64url')}`;
}

/** Parses the name of a staged file. Returns `undefined` for any other name. */
export function parseStateName(file: string): UploadState | undefined {
  const [kind, offset = '', algorithm = '', hex = '', ...rest] = file.split('.');
  const [since = '', , login] = kind === 'busy' ? rest : ['', '', ...rest];
  if (kind !== 'data' && kind !== 'busy') return undefined;
  if (!/^\d{1,15}$/.test(offset) || !isDigestAlgorithm(algorithm)) return undefined;
  if (kind === 'busy' && !/^\d{1,15}$/.test(since)) return undefined;
  return {
    offset: Number(offset),
    algorithm,
    knownDigest: Digest.tryParse(`${algorithm}:${hex}`),
    busySince: kind === 'busy' ? Number(since) : undefined,
    ...(login !== undefined && { by: Buffer.from(login, 'base64url').toString() }),
    file,
  };
}
