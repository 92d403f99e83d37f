import { type GcSettings } from '../../config/sections/gc.settings.js';
import { type CollectionRules } from '../../storage/ports/collector.js';

/** Returns the rules that the settings ask for. */
export function collectionRules(settings: GcSettings): CollectionRules {
  return {
    graceMs: settings.graceMs,
    keepUntagged: settings.untagged === 'keep',
    uploadTtlMs: settings.uploadTtlMs,
  };
}
