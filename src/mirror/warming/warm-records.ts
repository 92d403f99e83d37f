import { createHash } from 'node:crypto';

import { isJsonObject } from '../../domain/descriptor.js';
import { type WarmReport } from '../../domain/mirror-control.js';
import { type SecretStore } from '../../storage/ports/secret-store.js';
import { type WarmPlan } from '../plan/mirrors-plan.js';
import { warmRecordOf } from '../plan/record-names.js';

/** A record has at most a few KiB. */
const MAX_FAILURES = 12;
const MAX_REASON = 200;

/** A run, and what it was to fetch. */
export interface WarmRecord extends WarmReport {
  /** Changes with the images and the platforms of the mirrors file. */
  readonly wanted: string;
}

/** What the last run for each mirror did, for all processes of a storage. */
export class WarmRecords {
  constructor(private readonly secrets: SecretStore) {}

  /** Resolves to the last run that fetched all images of the mirrors file, also one that goes on or was interrupted. */
  async get(mirror: string): Promise<WarmRecord | undefined> {
    const bytes = await this.secrets.get('mirrors', warmRecordOf(mirror));
    return bytes && reportIn(Buffer.from(bytes).toString());
  }

  async put(mirror: string, { failed, ...report }: WarmRecord): Promise<void> {
    const kept = failed.slice(0, MAX_FAILURES).map(({ image, reason }) => {
      return { image, reason: reason.slice(0, MAX_REASON) };
    });
    const text = `${JSON.stringify({ ...report, failed: kept })}\n`;
    await this.secrets.put('mirrors', warmRecordOf(mirror), Buffer.from(text));
  }
}

/** Returns what a run for the mirror is to fetch. */
export function wantedOf({ images, platforms }: WarmPlan): string {
  const text = JSON.stringify([images.map(({ text }) => text), platforms]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

/** Returns `undefined` for a record of another version. */
function reportIn(text: string): WarmRecord | undefined {
  const json = JSON.parse(text) as Partial<WarmRecord>;
  const isReport =
    isJsonObject(json) && typeof json.startedAt === 'number' && Array.isArray(json.failed);
  return isReport ? (json as WarmRecord) : undefined;
}
