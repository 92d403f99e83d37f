import { createHash } from 'node:crypto';

import { type JsonObject } from '../../domain/descriptor.js';
import { type WarmReport } from '../../domain/mirror-control.js';
import { type SecretStore } from '../../storage/ports/secret-store.js';
import { type WarmPlan } from '../plan/mirrors-plan.js';
import { JsonRecords } from '../records/json-records.js';
import { warmRecordOf } from '../records/record-names.js';

/** How many failures of a run are kept and logged. A record has at most a few KiB. */
export const MAX_FAILURES = 12;
const MAX_REASON = 200;

/** A run, and what it was to fetch. */
export interface WarmRecord extends WarmReport {
  /** Changes with the images and the platforms of the mirrors file. */
  readonly wanted: string;
}

/** What the last run for each mirror did, for all processes of a storage. */
export class WarmRecords {
  private readonly records: JsonRecords;

  constructor(secrets: SecretStore) {
    this.records = new JsonRecords(secrets, warmRecordOf);
  }

  /** Resolves to the last run that fetched all images of the mirrors file, also one that goes on or was interrupted. */
  async get(mirror: string): Promise<WarmRecord | undefined> {
    const record = await this.records.get(mirror);
    return record && reportIn(record);
  }

  put(mirror: string, { failed, ...report }: WarmRecord): Promise<void> {
    const kept = failed.slice(0, MAX_FAILURES).map(({ image, reason }) => {
      return { image, reason: reason.slice(0, MAX_REASON) };
    });
    return this.records.put(mirror, { ...report, failed: kept });
  }
}

/** Returns what a run for the mirror is to fetch. */
export function wantedOf({ images, platforms }: WarmPlan): string {
  const text = JSON.stringify([images.map(({ text }) => text), platforms]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

/** Returns `undefined` for a record of another version. */
function reportIn(record: JsonObject): WarmRecord | undefined {
  const { startedAt, failed } = record;
  const isReport = typeof startedAt === 'number' && Array.isArray(failed);
  return isReport ? (record as unknown as WarmRecord) : undefined;
}
