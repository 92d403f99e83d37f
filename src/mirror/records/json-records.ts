import { isJsonObject, tryParseJson, type JsonObject } from '../../domain/descriptor.js';
import { type SecretStore } from '../../storage/ports/secret-store.js';

/** What all processes of a storage know of mirrors: a JSON object for each mirror, of at most a few KiB. */
export class JsonRecords {
  /** @param nameOf returns the name of a mirror's record, a name of `record-names.ts` */
  constructor(
    private readonly secrets: Pick<SecretStore, 'get' | 'put'>,
    private readonly nameOf: (mirror: string) => string,
  ) {}

  /** Resolves to the record of a mirror, or to `undefined` if it has none, or none that can be read. */
  async get(mirror: string): Promise<JsonObject | undefined> {
    const bytes = await this.secrets.get('mirrors', this.nameOf(mirror));
    const json = bytes && tryParseJson(bytes);
    return isJsonObject(json) ? json : undefined;
  }

  /** Replaces the record of a mirror. */
  async put(mirror: string, record: object): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
    await this.secrets.put('mirrors', this.nameOf(mirror), bytes);
  }
}
