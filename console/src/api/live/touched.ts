import { type RegistryEvent } from './live-message.js';

/** The first words of answers that are about the whole registry, and change with any repository. */
const OF_ALL: readonly unknown[] = ['repositories', 'storage', 'uploads'];

/** Those that a collection changes besides. */
const OF_COLLECTIONS: readonly unknown[] = ['gc', 'untagged', 'tags', 'manifest', 'largest'];

/** The parts of an event that tell which answers it changes. */
export type Happened = Pick<RegistryEvent, 'type' | 'repository'>;

/** Returns whether an answer may be another one after these events. The key of an answer names its repository. */
export function isTouched(key: readonly unknown[], events: readonly Happened[]): boolean {
  const [noun, ...about] = key;
  return events.some(({ type, repository }) => {
    if (type === 'gc.finished') return OF_ALL.includes(noun) || OF_COLLECTIONS.includes(noun);
    if (repository === undefined) return false;
    return OF_ALL.includes(noun) || about.includes(repository);
  });
}
