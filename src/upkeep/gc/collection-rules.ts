import { type GcSettings } from '../../config/sections/gc.settings.js';
import { type CollectionRules } from '../../storage/ports/collector.js';

/** Returns the collection rules of the settings. */
export function collectionRules(settings: GcSettings): CollectionRules {
  return {
    graceMs: settings.graceMs,
    keepUntagged: settings.untagged === 'keep',
    uploadTtlMs: settings.uploadTtlMs,
  };
}
