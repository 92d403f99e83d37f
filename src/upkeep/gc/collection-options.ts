import { type GcSettings } from '../../config/sections/gc.settings.js';
import { type CollectionOptions } from './collection.js';

/** How the settings want garbage collected; by default with a whole sweep in each pass. */
export function collectionOptions(settings: GcSettings, sweepPasses = 1): CollectionOptions {
  return {
    graceMs: settings.graceMs,
    keepUntagged: settings.untagged === 'keep',
    uploadTtlMs: settings.uploadTtlMs,
    sweepPasses,
    now: Date.now,
  };
}
