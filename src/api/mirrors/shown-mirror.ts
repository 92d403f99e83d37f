import { type MirrorOverview } from '../../domain/mirror-control.js';
import { type Plain } from '../../http/api/plain.js';
import { type MirrorDto } from './mirrors-api.dto.js';

/** Returns a mirror as the API shows it. */
export function shownMirror({
  keep,
  pins,
  lastAnswerAt,
  lastError,
  limit,
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
    pins: [...pins],
  };
}
