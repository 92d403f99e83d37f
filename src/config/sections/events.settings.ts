import { text } from '../kinds.js';
import { Setting } from '../setting.js';

/** How long events are kept, and who gets them. */
export class EventsSettings {
  @Setting(
    'REGISTRY_EVENTS_FILE',
    '',
    text('a file'),
    'Webhooks, and how long events are kept: a YAML file. Empty: no webhooks, and events are kept for a week.',
  )
  readonly file!: string;
}
