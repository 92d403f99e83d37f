import { type RequestHandler } from 'express';

import { type RequestObserver } from '../../http/oci/finished-request.js';
import { type Storage } from '../../storage/ports/storage.js';

/** Records what takes how long, as spans of one trace for each request and each collection. */
export interface Traces extends RequestObserver {
  /** Begins the span of each request. Its operations on the storage become parts of it. */
  readonly middleware: RequestHandler;

  /** Returns the same storage, whose operations are recorded. */
  storage(storage: Storage): Storage;

  /** Sends what is still waiting, within a bounded time. */
  close(): Promise<void>;
}
