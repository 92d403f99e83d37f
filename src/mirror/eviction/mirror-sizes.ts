import { type JsonObject } from '../../domain/descriptor.js';
import { type MirrorSize } from '../../domain/mirror-report.js';
import { type Storage } from '../../storage/ports/storage.js';
import { JsonRecords } from '../records/json-records.js';
import { sizeRecordOf } from '../records/record-names.js';

/** How many bytes mirrors have, as they were last counted by any process of the storage. */
export class MirrorSizes {
  private readonly records: JsonRecords;

  constructor({ secrets }: Pick<Storage, 'secrets'>) {
    this.records = new JsonRecords(secrets, sizeRecordOf);
  }

  /** Resolves to the bytes of a mirror, or to `undefined` if they were not counted yet. */
  async of(mirror: string): Promise<MirrorSize | undefined> {
    const record = await this.records.get(mirror);
    return record && sizeIn(mirror, record);
  }

  /** Resolves to the bytes of those mirrors that were counted. */
  async all(mirrors: readonly string[]): Promise<MirrorSize[]> {
    const found = await Promise.all(mirrors.map((mirror) => this.of(mirror)));
    return found.filter((one) => one !== undefined);
  }

  /** Replaces what is known of a mirror. */
  record({ mirror, bytes, countedAt }: MirrorSize): Promise<void> {
    return this.records.put(mirror, { bytes, countedAt: countedAt.toISOString() });
  }
}

/** Returns `undefined` for a record of another version. */
function sizeIn(mirror: string, { bytes, countedAt: text }: JsonObject): MirrorSize | undefined {
  const countedAt = new Date(String(text));
  if (typeof bytes !== 'number' || Number.isNaN(countedAt.getTime())) return undefined;
  return { mirror, bytes, countedAt };
}
