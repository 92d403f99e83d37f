import { text } from '../kinds.js';
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
}
