import { Webhook } from 'standardwebhooks';

import { packageVersion } from '../../config/package-version.js';
import { type WebhookEndpoint } from '../events-plan.js';
import { readHeaders, readSecret } from '../webhook-parts.js';
import { type Clock } from './clock.js';
import { cloudEventOf, type SentEvent } from './cloud-event.js';
import { distributionEnvelopeOf } from './distribution-envelope.js';
import { DELIVERED } from './endpoint-state.js';
import { Receiver } from './post.js';
import { retryAfterOf } from './schedule.js';

const GONE = 410;

/** How an attempt ended. */
export interface DeliveryResult {
  /** `delivered`, or why not. */
  readonly result: string;
  /** Absent if there was no answer. */
  readonly status?: number;
  readonly milliseconds: number;
  /** How long the receiver wants to be left alone, in milliseconds. */
  readonly restMs?: number;
  /** Whether the receiver wants no more events. */
  readonly isGone: boolean;
}

/** Delivers events to one endpoint. */
export class Delivery {
  private readonly receiver: Receiver;

  /** @param host names the registry in events */
  constructor(
    private readonly endpoint: WebhookEndpoint,
    private readonly host: string,
    private readonly clock: Clock,
  ) {
    this.receiver = new Receiver(endpoint.url, clock);
  }

  /** Makes one attempt. Never rejects. */
  async attempt(event: SentEvent): Promise<DeliveryResult> {
    const began = this.clock.now();
    const milliseconds = (): number => this.clock.now() - began;
    try {
      const { status, retryAfter } = await this.receiver.post(await this.messageOf(event));
      const isDone = status >= 200 && status < 300;
      const mayRest = status === 429 || status === 503;
      const restMs = mayRest ? retryAfterOf(retryAfter, this.clock.now()) : undefined;
      return {
        result: isDone ? DELIVERED : `the receiver answered ${status}`,
        status,
        milliseconds: milliseconds(),
        ...(restMs !== undefined && { restMs }),
        isGone: status === GONE,
      };
    } catch (error) {
      const result = error instanceof Error ? error.message : String(error);
      return { result, milliseconds: milliseconds(), isGone: false };
    }
  }

  /** Cuts an attempt in progress. */
  close(): void {
    this.receiver.close();
  }

  /** Secrets are read each time: a rotation needs no restart, and no object in memory has them. */
  private async messageOf(
    event: SentEvent,
  ): Promise<{ readonly headers: Record<string, string>; readonly body: string }> {
    const { format, headersFile, secretFiles } = this.endpoint;
    const { contentType, body } =
      format === 'distribution'
        ? distributionEnvelopeOf(event, this.host)
        : cloudEventOf(event, this.host);
    const headers = {
      'user-agent': `berth/${packageVersion()}`,
      ...(headersFile === undefined ? {} : await readHeaders(headersFile)),
      'content-type': contentType,
      ...(await this.signed(event.id, body, secretFiles)),
    };
    return { headers, body };
  }

  private async signed(
    id: string,
    body: string,
    secretFiles: readonly string[],
  ): Promise<Record<string, string>> {
    if (secretFiles.length === 0) return {};
    const time = new Date(this.clock.now());
    const secrets = await Promise.all(secretFiles.map(readSecret));
    const signatures = secrets.map((secret) => new Webhook(secret).sign(id, time, body));
    return {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(time.getTime() / 1_000)),
      'webhook-signature': signatures.join(' '),
    };
  }
}
