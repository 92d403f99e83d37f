import { type FailureKind } from '../../domain/errors.js';
import { type ErrorRow } from './error-table.js';
import { type Headers } from './send.js';

/** A failure in the form that the client gets. */
export interface RenderedError extends ErrorRow {
  /** The kind of failure, or `internal` for a fault of the registry. */
  readonly kind: FailureKind | 'internal';
  readonly message: string;
  readonly detail?: unknown;
  readonly headers?: Headers;
}
