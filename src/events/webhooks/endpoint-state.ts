import { type SentEvent } from './cloud-event.js';

/** An event that was not delivered yet and is tried again. Times are in milliseconds since the epoch. */
export interface Retry {
  readonly event: SentEvent;
  /** How often it was tried. */
  readonly attempts: number;
  readonly nextAt: number;
  /** How the last attempt ended. Empty if none was made. */
  readonly result: string;
}

/** An event that is not tried again unless somebody asks for it. */
export interface DeadLetter {
  readonly event: SentEvent;
  readonly attempts: number;
  readonly at: number;
  readonly result: string;
}

/** An attempt. */
export interface Attempt {
  readonly id: string;
  readonly type: string;
  readonly at: number;
  readonly milliseconds: number;
  /** `delivered`, or why not. */
  readonly result: string;
}

/** What is stored of one endpoint, together with its position in the outbox. */
export interface EndpointState {
  readonly retries: readonly Retry[];
  readonly dead: readonly DeadLetter[];
  /** The last attempts, the newest first. */
  readonly recent: readonly Attempt[];
  /** The ids of the events after the position that are dealt with already. */
  readonly handled: readonly string[];
  /** No attempt is made before this time. */
  readonly pausedUntil: number;
  /** The events file whose receiver said that it is gone. Another file enables the endpoint again. */
  readonly goneIn?: string;
}

const NEW_STATE: EndpointState = {
  retries: [],
  dead: [],
  recent: [],
  handled: [],
  pausedUntil: 0,
};

/** The attempt that succeeded. */
export const DELIVERED = 'delivered';

/** Events that wait beyond this number stay in the outbox. */
export const MAX_RETRIES = 100;

/** The oldest dead letters beyond this number are dropped. */
const MAX_DEAD = 500;

const MAX_RECENT = 20;

/** Parses a stored state. A new or unreadable one is empty. */
export function parseState(text: string | undefined): EndpointState {
  try {
    return { ...NEW_STATE, ...(JSON.parse(text ?? '{}') as Partial<EndpointState>) };
  } catch {
    return NEW_STATE;
  }
}

/** Returns the state after an attempt. */
export function withAttempt(state: EndpointState, attempt: Attempt): EndpointState {
  return { ...state, recent: [attempt, ...state.recent].slice(0, MAX_RECENT) };
}

/** Returns the state with a retry in place of an earlier one of the same event. */
export function withRetry(state: EndpointState, retry: Retry): EndpointState {
  return { ...state, retries: [...withoutRetry(state, retry.event.id).retries, retry] };
}

export function withoutRetry(state: EndpointState, id: string): EndpointState {
  return { ...state, retries: state.retries.filter(({ event }) => event.id !== id) };
}

/** Returns the state in which an event is a dead letter. */
export function withDead(state: EndpointState, letter: DeadLetter): EndpointState {
  const { retries } = withoutRetry(state, letter.event.id);
  return { ...state, retries, dead: [...state.dead, letter].slice(-MAX_DEAD) };
}

/** Returns the state in which dead letters are tried again from `now` on: all of them, or the one with an id. */
export function redelivered(state: EndpointState, now: number, id?: string): EndpointState {
  const chosen = state.dead.filter(({ event }) => id === undefined || event.id === id);
  const again = chosen.map(({ event, result }) => ({ event, attempts: 0, nextAt: now, result }));
  const dead = state.dead.filter((letter) => !chosen.includes(letter));
  return { ...state, dead, retries: [...state.retries, ...again] };
}

/** Returns the first event, by its id, whose next attempt is due. */
export function dueRetry({ retries }: EndpointState, now: number): Retry | undefined {
  const due = retries.filter(({ nextAt }) => nextAt <= now);
  return due.sort((one, other) => (one.event.id < other.event.id ? -1 : 1))[0];
}
