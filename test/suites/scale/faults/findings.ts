/** What clients met while something failed. */
export class Findings {
  /** How often something was broken. */
  faults = 0;
  /** Requests that the clients had to repeat. */
  failedRequests = 0;
  /** Answers that a client must not get, whatever fails. */
  readonly wrongAnswers: string[] = [];
  /** Images that could not be pushed at all. */
  readonly givenUp: string[] = [];
}
