import { isJsonObject } from '../../domain/descriptor.js';
import { type MirrorSize } from '../../domain/mirror-report.js';
import { type Storage } from '../../storage/ports/storage.js';
import { sizeRecordOf } from '../plan/record-names.js';

/** How many bytes mirrors have, as they were last counted by any process of the storage. */
export class MirrorSizes {
  constructor(private readonly storage: Pick<Storage, 'secrets'>) {}

  /** Resolves to the bytes of a mirror, or to `undefined` if they were not counted yet. */
  async of(mirror: string): Promise<MirrorSize | undefined> {
    const record = await this.storage.secrets.get('mirrors', sizeRecordOf(mirror));
    return record && parse(mirror, record);
  }

  /** Resolves to the bytes of those mirrors that were counted. */
  async all(mirrors: readonly string[]): Promise<MirrorSize[]> {
    const found = await Promise.all(mirrors.map((mirror) => this.of(mirror)));
    return found.filter((one) => one !== undefined);
  }

  /** Replaces what is known of a mirror. */
  async record({ mirror, bytes, countedAt }: MirrorSize): Promise<void> {
    const json = JSON.stringify({ bytes, countedAt: countedAt.toISOString() });
    await this.storage.secrets.put('mirrors', sizeRecordOf(mirror), Buffer.from(`${json}\n`));
  }
}

/** Returns `undefined` for bytes that are not such a record. */
function parse(mirror: string, record: Uint8Array): MirrorSize | undefined {
  const json: unknown = parseJson(Buffer.from(record).toString());
  if (!isJsonObject(json)) return undefined;
  const countedAt = new Date(String(json['countedAt']));
  const { bytes } = json;
  if (typeof bytes !== 'number' || Number.isNaN(countedAt.getTime())) return undefined;
  return { mirror, bytes, countedAt };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
