import { type MirrorReasons } from '../../domain/mirror-control.js';
import { type MirrorPlan } from '../plan/mirrors-plan.js';

/** What this process remembers of the tag, in milliseconds. */
interface Memory {
  /** How old the last answer is; absent without one. */
  readonly ageMs: number | undefined;
  /** Whether the upstream lately said that the tag does not exist. */
  readonly isMissing: boolean;
  /** For how much longer the upstream is not asked. */
  readonly restingMs: number;
}

type Facts = Omit<MirrorReasons, 'sentences'>;

/** Returns what is known of a tag as sentences. @param now in milliseconds since the epoch */
export function sentencesOn(
  facts: Facts,
  plan: MirrorPlan,
  memory: Memory,
  now: number,
): readonly string[] {
  return [
    `${facts.name}:${facts.tag} is ${facts.repository}:${facts.tag} of ${plan.url.origin}`,
    ...whoMayAsk(facts, plan),
    storedText(facts),
    ...answerText(facts, memory),
    `the next pull ${nextPull(facts, plan, memory, now)}`,
    ...facts.warm.map((text) => `the warm list has it: ${text}`),
    evictionText(facts, plan),
  ];
}

function whoMayAsk({ allowed, fetch }: Facts, { name, offline }: MirrorPlan): string[] {
  if (!allowed) return [`allow and deny of ${name} let no client have it`];
  if (offline) return [`${name} is offline: the other registry is never asked`];
  if (fetch === undefined)
    return ['everybody who may pull it may cause a question to the other registry'];
  return [`these may cause a question to the other registry: ${fetch.join(', ')}`];
}

function storedText({ stored }: Facts): string {
  if (stored === undefined) return 'the tag is not stored';
  const { digest, since, lastPulledAt } = stored;
  const pulled =
    lastPulledAt === undefined ? 'never pulled' : `last pulled ${lastPulledAt.toISOString()}`;
  return `stored is ${digest}, set ${since.toISOString()}, ${pulled}`;
}

function answerText({ lastAnswer }: Facts, { ageMs, isMissing }: Memory): string[] {
  if (isMissing) return ['the other registry lately said that the tag does not exist'];
  if (lastAnswer === undefined || ageMs === undefined) {
    return ['this process has no answer of the other registry'];
  }
  return [`the last answer of the other registry is ${secondsText(ageMs)} old`];
}

function nextPull(
  { allowed, stored }: Facts,
  plan: MirrorPlan,
  { ageMs, isMissing, restingMs }: Memory,
  now: number,
): string {
  if (!allowed) return 'gets 404';
  if (plan.offline) return stored === undefined ? 'gets 404' : 'gets what is stored';
  if (isMissing) return 'gets 404, and the other registry is not asked';
  if (ageMs !== undefined && ageMs < plan.freshMs && stored !== undefined) {
    return `gets what is stored; the other registry is asked again in ${secondsText(plan.freshMs - ageMs)}`;
  }
  if (restingMs === 0) {
    return stored === undefined
      ? 'asks the other registry, and fetches the image'
      : 'asks the other registry, and gets what is stored unless the tag has moved';
  }
  const sinceMs = Math.min(
    ageMs ?? Infinity,
    stored === undefined ? Infinity : now - +stored.since,
  );
  const rests = `the other registry failed, and is not asked for ${secondsText(restingMs)}`;
  const isServed = stored !== undefined && sinceMs <= plan.staleMs;
  return isServed ? `gets what is stored: ${rests}` : `gets 503 or 429: ${rests}`;
}

function evictionText({ stored, pins }: Facts, { keep, offline }: MirrorPlan): string {
  const { unusedMs, bytes } = keep;
  if (stored === undefined) return 'nothing is there to be removed';
  if (pins.length > 0) return `it is always kept: pin has ${pins.join(', ')}`;
  if (offline || (unusedMs === undefined && bytes === undefined))
    return 'it is kept without a limit';
  const usedAt = Math.max(+stored.since, +(stored.lastPulledAt ?? 0));
  const parts = [
    ...(unusedMs === undefined
      ? []
      : [`after ${new Date(usedAt + unusedMs).toISOString()} if nobody pulls it until then`]),
    ...(bytes === undefined ? [] : [`while the mirror has more than ${bytes} bytes, in its turn`]),
  ];
  return `it may be removed ${parts.join(', and ')}`;
}

function secondsText(ms: number): string {
  return `${Math.ceil(ms / 1_000)} s`;
}
