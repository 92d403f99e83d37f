import { type GcSettings } from '../../config/sections/gc.settings.js';
import { type CollectionRules } from '../../storage/ports/collector.js';

/** A client sends its first bytes right after it began an upload. So an upload without any is abandoned. */
const EMPTY_UPLOAD_TTL_MS = 600_000;

/** Returns the collection rules of the settings. */
export function collectionRules(settings: GcSettings): CollectionRules {
  return {
    graceMs: settings.graceMs,
    keepUntagged: settings.untagged === 'keep',
    uploadTtlMs: settings.uploadTtlMs,
    emptyUploadTtlMs: Math.min(settings.uploadTtlMs, EMPTY_UPLOAD_TTL_MS),
  };
}
