import { type AccessRules } from '../../access/policy/access-file.js';
import { type WatchLog } from '../../files/watcher.js';
import { WatchedFile } from '../../files/watched-file.js';
import { type CurrentMirrors } from '../plan/current-mirrors.js';
import { MirrorNames } from '../plan/meant-repository.js';
import { type Storage } from '../../storage/ports/storage.js';
import { parseGivenMirrors } from '../plan/given-mirrors.js';
import { type MirrorOptions } from '../plan/mirror-options.js';
import { parseMirrorsFile } from '../plan/mirrors-file.js';
import { type MirrorsPlan } from '../plan/mirrors-plan.js';
import { ClaimedNames } from './claimed-names.js';
import { problemOfRules, refusePublicRules } from './private-content.js';

/** What the mirrors depend on. */
export interface MirrorsBase {
  /** The mirrors file, or the mirrors of a program. */
  readonly source: string | readonly MirrorOptions[];
  /** Whether no mirror asks another registry, whatever the source says. */
  readonly offline: boolean;
  readonly storage: Pick<Storage, 'secrets' | 'catalog'>;
  /** The URL by which clients reach this registry, or an empty text. */
  readonly publicUrl: string;
  /** Whether everybody may pull everything. */
  readonly isOpen: boolean;
  /** Returns the rules in use, or `undefined` if there are no rules or they are not read yet. */
  readonly rules: () => AccessRules | undefined;
}

interface Read {
  readonly plan: MirrorsPlan;
  readonly names: MirrorNames;
}

/** Where the plan is read: a file, or values that never change. */
type Source = Pick<WatchedFile<Read>, 'path' | 'value' | 'close'>;

/** The mirrors of a file, which is read again when it changes, or those of a program. */
export class WatchedMirrors implements CurrentMirrors {
  private constructor(private readonly file: Source) {}

  /** Reads the file now and then at the interval, in milliseconds. @throws InvalidFile or InvalidMirrors */
  static async open(
    { source, offline, storage, publicUrl, isOpen, rules }: MirrorsBase,
    log: WatchLog,
    watchEveryMs?: number,
  ): Promise<WatchedMirrors> {
    const claimed = new ClaimedNames(storage);
    const checks = {
      problemOfPrivate: (mirror: string) => problemOfRules(mirror, isOpen ? 'open' : rules()),
      problemOfStored: (mirror: string) => claimed.problemOf(mirror),
    };
    const use = async (read: MirrorsPlan): Promise<Read> => {
      const plan = offline ? withoutNetwork(read) : read;
      await claimed.claim(namesOf(plan));
      return { plan, names: new MirrorNames(plan, publicUrl) };
    };
    const parse = async (text: string, path: string): Promise<Read> =>
      use(await parseMirrorsFile(text, path, checks));
    const file =
      typeof source === 'string'
        ? await WatchedFile.open(source, parse, log, watchEveryMs)
        : unchanging(await use(await parseGivenMirrors(source, checks)));
    const mirrors = new WatchedMirrors(file);
    try {
      // Only at the start: an editor may empty the file for a moment before it writes it.
      await claimed.releaseOthers(namesOf(mirrors.value));
      return mirrors;
    } catch (error) {
      mirrors.close();
      throw error;
    }
  }

  get path(): string {
    return this.file.path;
  }

  get value(): MirrorsPlan {
    return this.file.value.plan;
  }

  get names(): MirrorNames {
    return this.file.value.names;
  }

  /** Refuses rules by which private content would become public. @throws InvalidFile with the lines of the rules */
  readonly checkRules = (rules: AccessRules): void => {
    refusePublicRules(rules, this.value.mirrors);
  };

  close(): void {
    this.file.close();
  }
}

/** Returns what is never read again. Its path appears in messages. */
function unchanging(value: Read): Source {
  return { path: 'mirrors', value, close: () => undefined };
}

function withoutNetwork(plan: MirrorsPlan): MirrorsPlan {
  return { ...plan, mirrors: plan.mirrors.map((mirror) => ({ ...mirror, offline: true })) };
}

function namesOf({ mirrors }: MirrorsPlan): readonly string[] {
  return mirrors.map(({ name }) => name);
}
