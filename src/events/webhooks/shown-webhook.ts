import { type WebhookEndpoint } from '../events-plan.js';
import { type EndpointReport } from './backlog.js';
import { type Attempt, type DeadLetter, type EndpointState, type Retry } from './endpoint-state.js';
import {
  type AttemptDto,
  type DeadLetterDto,
  type RetryDto,
  type WebhookDto,
} from './webhooks.dto.js';

/** Returns what administrators see of a webhook. */
export function shownWebhook(
  { name, url, format, fingerprint }: WebhookEndpoint,
  { state, pending, oldestSeconds }: EndpointReport,
  now: number,
): WebhookDto {
  const [last] = state.recent;
  return {
    name,
    url: `${url.origin}${url.pathname}`,
    format,
    state: stateOf(state, fingerprint, now),
    pending,
    oldestSeconds: Math.round(oldestSeconds),
    dead: state.dead.length,
    ...(last && { last: shownAttempt(last) }),
  };
}

export function shownAttempt({ at, ...attempt }: Attempt): AttemptDto {
  return { ...attempt, at: timeOf(at) };
}

export function shownRetry({ event, attempts, nextAt, result }: Retry): RetryDto {
  return { ...eventOf({ event }), attempts, nextAt: timeOf(nextAt), result };
}

export function shownDead({ event, attempts, at, result }: DeadLetter): DeadLetterDto {
  return { ...eventOf({ event }), attempts, at: timeOf(at), result };
}

function eventOf({
  event: { id, type, repository },
}: Pick<Retry, 'event'>): Pick<RetryDto, 'id' | 'type' | 'repository'> {
  return { id, type, ...(repository !== undefined && { repository }) };
}

function stateOf(
  { goneIn, pausedUntil, retries }: EndpointState,
  fingerprint: string,
  now: number,
): WebhookDto['state'] {
  if (goneIn === fingerprint) return 'gone';
  if (pausedUntil > now) return 'paused';
  return retries.length > 0 ? 'failing' : 'active';
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
