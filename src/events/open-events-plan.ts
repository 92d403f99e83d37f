import { type EventsSettings } from '../config/sections/events.settings.js';
import { WatchedFile } from '../files/watched-file.js';
import { type WatchLog } from '../files/watcher.js';
import { DEFAULT_PLAN, type CurrentEventsPlan } from './events-plan.js';

/**
 * Opens the events file of the settings, which is read again at the interval, in milliseconds.
 *
 * @throws InvalidFile
 */
export async function openEventsPlan(
  { file: path }: EventsSettings,
  log: WatchLog,
  watchEveryMs?: number,
): Promise<CurrentEventsPlan> {
  if (path === '') return { value: DEFAULT_PLAN, close: () => undefined };
  // A registry without the file does not load the code for YAML.
  const { parseEventsFile } = await import('./events-file.js');
  return WatchedFile.open(path, parseEventsFile, log, watchEveryMs);
}
