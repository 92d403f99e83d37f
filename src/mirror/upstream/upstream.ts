import { RemoteFailure, type RegistryClient } from '../../client/registry-client.js';
import { type UpstreamError } from '../../domain/mirror-report.js';
import { type PartLog } from '../../log/log.js';
import { type MirrorPlan } from '../plan/mirrors-plan.js';
import { type FailureEvents } from './failure-events.js';
import { Slots } from './slots.js';

/** How long a mirror rests after its first failure. Each further failure doubles it. */
const REST_MS = 30_000;
const MAX_REST_MS = 15 * 60_000;

/** The shortest and the longest rest that another registry can ask for. Some always ask for none. */
const MIN_WISHED_REST_MS = 1_000;
const MAX_WISHED_REST_MS = 60 * 60_000;

/** How many questions are sent at once, and how long others wait for their turn, in milliseconds. */
const MAX_QUESTIONS = 64;
const PATIENCE_MS = 5_000;

/** What an upstream needs besides its plan. */
export interface UpstreamParts {
  readonly client: RegistryClient;
  readonly log: PartLog;
  /** Learns when the upstream begins to fail, and when it answers. */
  readonly events: Pick<FailureEvents, 'failed' | 'answered'>;
  /** Returns milliseconds of a clock that is never set back. */
  readonly now: () => number;
  /** How long a question waits for its turn, in milliseconds; by default 5,000. */
  readonly patienceMs?: number | undefined;
}

/**
 * The registry that a mirror asks. After a failure it rests: no question is sent until the rest is over. Then questions are sent one
 * at a time, until the first answer.
 */
export class Upstream {
  private readonly questions: Slots;
  private failures = 0;
  private restsUntil = 0;
  private isProbing = false;
  private lastFailure: RemoteFailure | undefined;
  private lastAnswer: Date | undefined;
  private lastErrorSeen: UpstreamError | undefined;
  /** The message of the last refusal, which is logged once. */
  private lastRefusal: string | undefined;

  constructor(
    private readonly plan: Pick<MirrorPlan, 'name'>,
    private readonly parts: UpstreamParts,
  ) {
    const message = `${plan.name}: too many questions wait for the upstream, which answers slowly`;
    this.questions = new Slots(
      MAX_QUESTIONS,
      parts.patienceMs ?? PATIENCE_MS,
      // As if it did not answer, so that what is stored is served.
      (patienceMs) => new RemoteFailure('unavailable', message, patienceMs),
    );
  }

  /** Asks a question, unless the upstream rests. @throws RemoteFailure, also if too many questions wait */
  async ask<T>(question: (client: RegistryClient) => Promise<T>): Promise<T> {
    this.requireAwake();
    return this.inTurn(() => {
      // It may have failed meanwhile.
      this.requireAwake();
      return this.send(question);
    });
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const giveBack = await this.questions.take();
    try {
      return await work();
    } finally {
      giveBack();
    }
  }

  private async send<T>(question: (client: RegistryClient) => Promise<T>): Promise<T> {
    const isProbe = this.failures > 0;
    if (isProbe) this.isProbing = true;
    try {
      const answer = await question(this.parts.client);
      this.answered();
      return answer;
    } catch (error) {
      if (!(error instanceof RemoteFailure)) throw error;
      this.note(error);
      // Questions that were sent together fail together, and are one failure.
      if (isProbe || this.restingMs === 0 || isOfContent(error)) this.failed(error);
      // With the time until the next question.
      throw this.rest() ?? error;
    } finally {
      if (isProbe) this.isProbing = false;
    }
  }

  /** Asks also while the upstream rests, because what is asked for has begun before. An answer ends the rest. @throws RemoteFailure */
  async askOn<T>(question: (client: RegistryClient) => Promise<T>): Promise<T> {
    try {
      const answer = await question(this.parts.client);
      this.answered();
      return answer;
    } catch (error) {
      if (!(error instanceof RemoteFailure)) throw error;
      this.note(error);
      if (this.rest() === undefined) this.failed(error);
      throw error;
    }
  }

  /** Asks also while the upstream rests, because a person wants it now. @throws RemoteFailure with the time until the next question */
  async askNow<T>(question: (client: RegistryClient) => Promise<T>): Promise<T> {
    try {
      return await this.inTurn(() => this.askOn(question));
    } catch (error) {
      if (!(error instanceof RemoteFailure) || isOfContent(error)) throw error;
      const { kind, message, retryAfterMs = this.restingMs } = error;
      throw new RemoteFailure(kind, message, retryAfterMs, { cause: error });
    }
  }

  /** When the upstream last answered, or `undefined` if it did not since the start. */
  get lastAnswered(): Date | undefined {
    return this.lastAnswer;
  }

  /** Why the upstream last did not answer a question, or `undefined` if it always did since the start. */
  get lastError(): UpstreamError | undefined {
    return this.lastErrorSeen;
  }

  /** For how many more milliseconds the upstream is not asked; 0 if it is. */
  get restingMs(): number {
    return Math.max(0, this.lastFailure === undefined ? 0 : this.restsUntil - this.parts.now());
  }

  close(): Promise<void> {
    return this.parts.client.close();
  }

  /** Does nothing if a question may be asked now. @throws RemoteFailure */
  private requireAwake(): void {
    const rest = this.rest();
    if (rest !== undefined) throw rest;
  }

  /** Returns the failure for a question that is not asked now, or `undefined` if it may be asked. */
  private rest(): RemoteFailure | undefined {
    const { lastFailure } = this;
    const left = this.restsUntil - this.parts.now();
    if (lastFailure === undefined || (left <= 0 && !this.isProbing)) return undefined;
    const { kind, message } = lastFailure;
    return new RemoteFailure(kind, message, Math.max(left, 1_000), { cause: lastFailure });
  }

  private note({ message }: RemoteFailure): void {
    this.lastErrorSeen = { at: new Date(), message };
  }

  private answered(): void {
    if (this.failures > 0) this.parts.log.log(`${this.plan.name}: the upstream answers again`);
    this.failures = 0;
    this.lastFailure = undefined;
    this.lastAnswer = new Date();
    this.parts.events.answered();
  }

  private failed(failure: RemoteFailure): void {
    if (isOfContent(failure)) {
      this.answered();
      if (failure.message !== this.lastRefusal)
        this.parts.log.warn(`${this.plan.name}: ${failure.message}`);
      this.lastRefusal = failure.message;
      return;
    }
    const usual = Math.min(REST_MS * 2 ** this.failures, MAX_REST_MS);
    const wished = Math.max(failure.retryAfterMs ?? usual, MIN_WISHED_REST_MS);
    const rest = Math.min(wished, MAX_WISHED_REST_MS);
    this.failures += 1;
    this.lastFailure = failure;
    this.restsUntil = this.parts.now() + rest;
    this.parts.events.failed(failure);
    const seconds = Math.ceil(rest / 1_000);
    this.parts.log.warn(
      `${this.plan.name}: ${failure.message}; stored content is served, and the upstream is asked again in ${seconds} s`,
    );
  }
}

/** Whether the registry works: only this content is not given to this login, or is wrong. */
function isOfContent({ kind }: RemoteFailure): boolean {
  return kind === 'refused' || kind === 'wrong';
}
