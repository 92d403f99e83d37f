import { type SettingValues } from '../config/settings.js';
import { type CollectionOptions } from './collection.js';

/** How the settings want garbage collected. */
export function collectionOptions(values: SettingValues): CollectionOptions {
  return {
    graceMs: values.gcGraceMs,
    keepUntagged: values.gcUntagged === 'keep',
    uploadTtlMs: values.uploadTtlMs,
    now: Date.now,
  };
}
