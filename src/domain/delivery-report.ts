/** How an attempt to deliver an event ended. `dead`: it failed, and none follows. */
export type DeliveryOutcome = 'delivered' | 'failed' | 'dead';

/** What waits for one endpoint. */
export interface EndpointBacklog {
  readonly endpoint: string;
  /** How many events wait, up to a limit. */
  readonly pending: number;
  /** The age of the oldest one; 0 if none waits. */
  readonly oldestSeconds: number;
}

/** Sees deliveries of events. */
export interface DeliveryObserver {
  /** Is called after each attempt. It must not throw. */
  attempted(endpoint: string, outcome: DeliveryOutcome): void;

  /** Gets the function that returns what waits for each endpoint, whenever this process begins to deliver. */
  attend(backlogs: () => Promise<readonly EndpointBacklog[]>): void;
}
