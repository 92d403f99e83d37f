import {
  type MirrorOverview,
  type MirrorReasons,
  type StoredTag,
  type WarmOverview,
  type WarmReport,
} from '../../domain/mirror-control.js';
import { type Plain } from '../../http/api/plain.js';
import {
  type MirrorDto,
  type MirrorReasonsDto,
  type StoredTagDto,
  type WarmDto,
  type WarmRunDto,
} from './mirrors-api.dto.js';

/** Returns a mirror as the API shows it. */
export function shownMirror({
  keep,
  pins,
  lastAnswerAt,
  lastError,
  limit,
  warm,
  cached,
  ...rest
}: MirrorOverview): Plain<MirrorDto> {
  const { unusedMs, bytes } = keep;
  return {
    ...rest,
    ...(lastAnswerAt && { lastAnswerAt: lastAnswerAt.toISOString() }),
    ...(lastError && { lastError: { ...lastError, at: lastError.at.toISOString() } }),
    ...(limit && { limit: { ...limit, at: limit.at.toISOString() } }),
    keep: {
      ...(unusedMs !== undefined && { unusedSeconds: unusedMs / 1_000 }),
      ...(bytes !== undefined && { bytes }),
    },
    ...(cached && { cached: { ...cached, at: cached.at.toISOString() } }),
    pins: [...pins],
    ...(warm && { warm: shownWarm(warm) }),
  };
}

/** Returns what is known of a tag as the API shows it. */
export function shownReasons({
  fetch,
  stored,
  lastAnswer,
  pins,
  warm,
  sentences,
  ...rest
}: MirrorReasons): Plain<MirrorReasonsDto> {
  return {
    ...rest,
    ...(fetch && { fetch: [...fetch] }),
    ...(stored && { stored: shownStored(stored) }),
    ...(lastAnswer && { lastAnswer: { ...lastAnswer, at: lastAnswer.at.toISOString() } }),
    pins: [...pins],
    warm: [...warm],
    sentences: [...sentences],
  };
}

function shownStored({ digest, since, lastPulledAt }: StoredTag): Plain<StoredTagDto> {
  return {
    digest,
    since: since.toISOString(),
    ...(lastPulledAt && { lastPulledAt: lastPulledAt.toISOString() }),
  };
}

function shownWarm({ everyMs = 0, images, platforms, last }: WarmOverview): Plain<WarmDto> {
  return {
    everySeconds: everyMs / 1_000,
    images: [...images],
    platforms: [...platforms],
    ...(last && { last: shownRun(last) }),
  };
}

function shownRun({ startedAt, endedAt, manifests, failed }: WarmReport): Plain<WarmRunDto> {
  return {
    startedAt: new Date(startedAt).toISOString(),
    ...(endedAt !== undefined && { endedAt: new Date(endedAt).toISOString() }),
    manifests,
    failed: [...failed],
  };
}
