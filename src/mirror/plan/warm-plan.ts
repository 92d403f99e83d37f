import { duration } from '../../config/kinds.js';
import { type YamlValue } from '../../files/yaml-source.js';
import { type WarmPlan } from './mirrors-plan.js';
import { type PlanSource } from './plan-source.js';
import { type WarmImage } from './warm-image.js';

const EVERY = duration(60_000);

/** A platform as image indexes have it, such as `linux/arm64` or `linux/arm/v7`. */
const PLATFORM = /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9._]+)?$/;

/** Returns what `warm` says, or `undefined` if it is absent. @param parse reads an entry of `images` */
export function readWarm(
  source: PlanSource,
  value: YamlValue | undefined,
  parse: (text: string) => WarmImage,
): WarmPlan | undefined {
  if (value === undefined) return undefined;
  const warm = source.yaml.record(value, 'warm', ['images'], ['every', 'platforms']);
  const everyMs = source.kind(warm.get('every'), 'every', EVERY);
  return {
    ...(everyMs !== undefined && { everyMs }),
    images: source.parsed(warm.get('images'), 'images', parse),
    platforms: source.list(warm.get('platforms'), 'platforms', (item) =>
      source.text(item, 'an entry of platforms', problemOfPlatform),
    ),
  };
}

function problemOfPlatform(text: string): string | undefined {
  if (PLATFORM.test(text)) return undefined;
  return `"${text}" is not a platform; write it as linux/amd64 or linux/arm/v7`;
}
