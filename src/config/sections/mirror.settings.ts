import { size, text } from '../kinds.js';
import { Setting } from '../setting.js';

/** Which other registries are mirrored. */
export class MirrorSettings {
  @Setting(
    'REGISTRY_MIRRORS_FILE',
    '',
    text('a file'),
    'Other registries whose images are served and kept, beside what is pushed: a YAML file. Empty: no mirrors.',
  )
  readonly file!: string;

  @Setting(
    'REGISTRY_SPOOL_PATH',
    '',
    text('a directory'),
    'Where mirrors keep running downloads if the storage cannot read them. Empty: the temporary directory of the system.',
  )
  readonly spoolPath!: string;

  @Setting(
    'REGISTRY_SPOOL_MAX_BYTES',
    '4GiB',
    size(0),
    'The most that running downloads take there. Clients get a blob beyond it when it is stored. 0: no such files.',
  )
  readonly spoolMaxBytes!: number;
}
