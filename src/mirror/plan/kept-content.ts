import { InvalidPattern } from '../../access/policy/repository-pattern.js';
import { duration, size } from '../../config/kinds.js';
import { type YamlValue } from '../../files/yaml-source.js';
import { type KeptContent, type MirrorPlan } from './mirrors-plan.js';
import { Pin } from './pin.js';
import { type PlanSource } from './plan-source.js';
import { WarmImage } from './warm-image.js';

const DAY_MS = 86_400_000;

const UNUSED = duration(60_000, 3_650 * DAY_MS);

/** A forgotten unit must not empty a mirror. */
const BYTES = size(1024 ** 2);

/** Returns what `keep` says, or `undefined` if it is absent. In a mirror it replaces all of `keep` in `defaults`. */
export function readKeep(
  source: PlanSource,
  value: YamlValue | undefined,
): KeptContent | undefined {
  if (value === undefined) return undefined;
  const keep = source.yaml.record(value, 'keep', [], ['unused', 'bytes']);
  const unusedMs = source.kind(keep.get('unused'), 'unused', UNUSED);
  const bytes = source.kind(keep.get('bytes'), 'bytes', BYTES);
  return {
    ...(unusedMs !== undefined && { unusedMs }),
    ...(bytes !== undefined && { bytes }),
  };
}

/**
 * Parses an entry of `pin`, which is about names in the upstream.
 *
 * @throws InvalidPattern also for a name here: it would match nothing, and the content would not be kept
 */
export function pinOf(text: string, mirror: string, library: boolean): Pin {
  return Pin.parse(remoteText(text, mirror, library));
}

/** Parses an entry of `warm`, which is about names in the upstream. @throws InvalidPattern also for a name here */
export function warmImageOf(
  text: string,
  { name, library }: Pick<MirrorPlan, 'name' | 'library'>,
): WarmImage {
  return WarmImage.parse(remoteText(text, name, library));
}

function remoteText(text: string, mirror: string, library: boolean): string {
  if (text.startsWith(`${mirror}/`)) {
    const remote = text.slice(mirror.length + 1);
    throw new InvalidPattern(`${text} begins with the name of the mirror; write ${remote}`);
  }
  const isShort = library && !text.includes('/') && !text.startsWith('**');
  return isShort ? `library/${text}` : text;
}
