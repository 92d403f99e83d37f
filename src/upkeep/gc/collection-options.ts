import { type SettingValues } from '../../config/settings.js';
import { type CollectionOptions } from './collection.js';

/** How the settings want garbage collected; by default with a whole sweep in each pass. */
export function collectionOptions(values: SettingValues, sweepPasses = 1): CollectionOptions {
  return {
    graceMs: values.gcGraceMs,
    keepUntagged: values.gcUntagged === 'keep',
    uploadTtlMs: values.uploadTtlMs,
    sweepPasses,
    now: Date.now,
  };
}
