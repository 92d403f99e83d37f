import { duration, oneOf } from '../kinds.js';
import { Setting } from '../setting.js';

/** When garbage is collected, and what is garbage. */
export class GcSettings {
  @Setting(
    'REGISTRY_UPLOAD_TTL',
    '24h',
    duration(60_000),
    'An upload that received no bytes for this long expires.',
  )
  readonly uploadTtlMs!: number;

  @Setting(
    'REGISTRY_GC_INTERVAL',
    '1h',
    duration(0),
    'How often blobs and other content that nothing references are collected. 0s: only by hand.',
  )
  readonly intervalMs!: number;

  @Setting(
    'REGISTRY_GC_GRACE',
    '1h',
    duration(0),
    'Content that was pushed or used within this time is not collected, so that a push in progress need not be repeated.',
  )
  readonly graceMs!: number;

  @Setting(
    'REGISTRY_GC_UNTAGGED',
    'keep',
    oneOf('keep', 'collect'),
    'Whether manifests without a tag are kept, or collected with everything they name.',
  )
  readonly untagged!: 'keep' | 'collect';
}
