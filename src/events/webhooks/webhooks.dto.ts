import { IsOptional, IsString, MaxLength } from 'class-validator';

/** An attempt to deliver an event. */
export class AttemptDto {
  /** The event. */
  readonly id!: string;
  readonly type!: string;
  readonly at!: string;
  readonly milliseconds!: number;
  /** `delivered`, or why not. */
  readonly result!: string;
}

/** A receiver of events. */
export class WebhookDto {
  readonly name!: string;
  /** The URL without login and query, which may be secret. */
  readonly url!: string;
  readonly format!: 'cloudevents' | 'distribution';
  /** `active`; `failing`: some events are tried again later; `paused`: the receiver asked to wait; `gone`: it answered 410. */
  readonly state!: 'active' | 'failing' | 'paused' | 'gone';
  /** How many events wait; 10000 stands for more. */
  readonly pending!: number;
  /** The age of the oldest event that waits. */
  readonly oldestSeconds!: number;
  /** How many dead letters are kept. */
  readonly dead!: number;
  /** The last attempt. Absent before the first one. */
  readonly last?: AttemptDto;
}

/** The webhooks of the events file. */
export class WebhooksDto {
  readonly webhooks!: WebhookDto[];
}

/** An event that is tried again later. */
export class RetryDto {
  readonly id!: string;
  readonly type!: string;
  readonly repository?: string;
  readonly attempts!: number;
  readonly nextAt!: string;
  /** How the last attempt ended. */
  readonly result!: string;
}

/** An event that is not tried again, unless it is redelivered. */
export class DeadLetterDto {
  readonly id!: string;
  readonly type!: string;
  readonly repository?: string;
  readonly attempts!: number;
  readonly at!: string;
  /** How the last attempt ended. */
  readonly result!: string;
}

/** What was delivered to a webhook, and what was not. At most a second old. */
export class DeliveriesDto {
  readonly retrying!: RetryDto[];
  /** The last 500 dead letters, the oldest first. */
  readonly dead!: DeadLetterDto[];
  /** The last attempts, the newest first. */
  readonly recent!: AttemptDto[];
}

/** Chooses what is redelivered. */
export class RedeliverDto {
  /** The id of a dead letter. All dead letters without it. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  readonly id?: string;
}

/** How many dead letters are tried again within seconds. */
export class RedeliveryDto {
  readonly events!: number;
}

/** How the receiver answered a ping. */
export class PingDto {
  readonly delivered!: boolean;
  /** The status of the answer. Absent without an answer. */
  readonly status?: number;
  readonly milliseconds!: number;
  /** `delivered`, or why not. */
  readonly result!: string;
}
