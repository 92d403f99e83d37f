import { type FailureKind } from '../../domain/errors.js';

/**
 * The error codes of the OCI Distribution Specification, "Error Codes". `UNKNOWN` and `UNAVAILABLE`, for faults of the registry, are
 * those of the distribution project.
 */
export type ErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DENIED'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'TOOMANYREQUESTS'
  | 'UNAVAILABLE'
  | 'UNAUTHORIZED'
  | 'UNKNOWN'
  | 'UNSUPPORTED';

export interface ErrorRow {
  readonly status: number;
  readonly code: ErrorCode;
}

/** The status and code of each kind of failure. If the specification has no code for one, the nearest is used. */
export const ERROR_TABLE = {
  'blob-unknown': { status: 404, code: 'BLOB_UNKNOWN' },
  'collection-running': { status: 409, code: 'DENIED' },
  denied: { status: 403, code: 'DENIED' },
  'digest-invalid': { status: 400, code: 'DIGEST_INVALID' },
  'digest-mismatch': { status: 400, code: 'DIGEST_INVALID' },
  'event-not-kept': { status: 410, code: 'UNSUPPORTED' },
  'event-unknown': { status: 404, code: 'UNSUPPORTED' },
  'manifest-blob-unknown': { status: 400, code: 'MANIFEST_BLOB_UNKNOWN' },
  'manifest-invalid': { status: 400, code: 'MANIFEST_INVALID' },
  'manifest-too-large': { status: 413, code: 'MANIFEST_INVALID' },
  'manifest-unknown': { status: 404, code: 'MANIFEST_UNKNOWN' },
  'method-unsupported': { status: 405, code: 'UNSUPPORTED' },
  'mirror-busy': { status: 409, code: 'DENIED' },
  'mirror-offline': { status: 409, code: 'DENIED' },
  'mirror-unknown': { status: 404, code: 'UNSUPPORTED' },
  'name-invalid': { status: 400, code: 'NAME_INVALID' },
  'name-unknown': { status: 404, code: 'NAME_UNKNOWN' },
  'path-unknown': { status: 404, code: 'UNSUPPORTED' },
  'robot-unknown': { status: 404, code: 'UNSUPPORTED' },
  'range-unsatisfiable': { status: 416, code: 'SIZE_INVALID' },
  'request-malformed': { status: 400, code: 'UNSUPPORTED' },
  'size-invalid': { status: 400, code: 'SIZE_INVALID' },
  'storage-full': { status: 507, code: 'DENIED' },
  'storage-gone': { status: 503, code: 'UNAVAILABLE' },
  'tag-changed': { status: 412, code: 'DENIED' },
  'tag-invalid': { status: 400, code: 'MANIFEST_INVALID' },
  'too-many-requests': { status: 429, code: 'TOOMANYREQUESTS' },
  'too-many-tags': { status: 414, code: 'MANIFEST_INVALID' },
  unauthorized: { status: 401, code: 'UNAUTHORIZED' },
  'upload-busy': { status: 416, code: 'BLOB_UPLOAD_INVALID' },
  'upload-incomplete': { status: 400, code: 'BLOB_UPLOAD_INVALID' },
  'upload-invalid': { status: 400, code: 'BLOB_UPLOAD_INVALID' },
  'upload-offset': { status: 416, code: 'BLOB_UPLOAD_INVALID' },
  'upload-too-large': { status: 413, code: 'BLOB_UPLOAD_INVALID' },
  'upload-unknown': { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' },
  'upstream-limited': { status: 429, code: 'TOOMANYREQUESTS' },
  'upstream-unavailable': { status: 503, code: 'UNAVAILABLE' },
  'webhook-unknown': { status: 404, code: 'UNSUPPORTED' },
} as const satisfies Record<FailureKind, ErrorRow>;

/** An internal error. The client learns no details. */
export const INTERNAL_ERROR: ErrorRow = { status: 500, code: 'UNKNOWN' };
