import { type Storage } from '../../storage/ports/storage.js';
import { recordOf, sizeRecordOf, warmRecordOf } from '../records/record-names.js';

/**
 * The names that mirrors have in a storage. They are recorded, because nothing else tells what a mirror has stored from what people
 * have pushed.
 */
export class ClaimedNames {
  constructor(private readonly storage: Pick<Storage, 'secrets' | 'catalog'>) {}

  /** Resolves to why a mirror cannot have the name: it would hide what was pushed here, and replace its tags. */
  async problemOf(name: string): Promise<string | undefined> {
    const { secrets, catalog } = this.storage;
    if ((await secrets.get('mirrors', recordOf(name))) !== undefined) return undefined;
    const prefix = `${name}/`;
    for await (const repository of catalog.list(prefix, 1)) {
      if (!repository.startsWith(prefix)) break;
      return `${repository} is in this registry already, and the mirror would hide it: delete what begins with ${prefix}, or choose another name`;
    }
    return undefined;
  }

  /** Records that mirrors have these names. */
  async claim(names: readonly string[]): Promise<void> {
    const { secrets } = this.storage;
    const known = new Set(await secrets.list('mirrors'));
    for (const name of names) {
      if (known.has(recordOf(name))) continue;
      await secrets.put('mirrors', recordOf(name), Buffer.from(`${JSON.stringify({ name })}\n`));
    }
  }

  /** Gives up all other names: what a mirror has stored under them is then content of this registry. */
  async releaseOthers(names: readonly string[]): Promise<void> {
    const { secrets } = this.storage;
    const records = [recordOf, sizeRecordOf, warmRecordOf];
    const kept = new Set(names.flatMap((name) => records.map((of) => of(name))));
    for (const key of await secrets.list('mirrors')) {
      if (!kept.has(key)) await secrets.remove('mirrors', key);
    }
  }
}
