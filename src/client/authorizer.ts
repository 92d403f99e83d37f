import { LRUCache } from 'lru-cache';

import { type Challenge } from '../domain/challenge.js';
import { type Subject } from './failures.js';
import { type Login } from './login.js';
import { type TokenService } from './token-service.js';
import { Tokens } from './tokens.js';

/** How many characters of challenges are kept. Usual ones have a hundred, but a registry can send 16,000. */
const MAX_CHARACTERS = 4 * 1024 ** 2;

/** Where a request goes, and for which repository. */
export interface Place {
  readonly origin: string;
  readonly repository: string;
}

/**
 * Finds the `Authorization` of requests: none until a registry asks for one, and then what it asked for.
 *
 * Each origin has a response of its own, and only the upstream's may be made with the login.
 */
export class Authorizer {
  /** The latest challenges, by origin, and by origin and repository. */
  private readonly challenges = new LRUCache<string, Challenge>({
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (challenge, key) => JSON.stringify(challenge).length + key.length,
  });
  private readonly tokens = new Tokens();

  constructor(
    private readonly upstreamOrigin: string,
    private readonly login: Login,
    private readonly service: TokenService,
  ) {}

  /** Resolves to what the registry will probably ask for, or to `undefined`. @throws RemoteFailure */
  async presumed(place: Place, subject: Subject): Promise<string | undefined> {
    const challenge = this.challenges.get(keyOf(place)) ?? this.challenges.get(place.origin);
    return challenge === undefined ? undefined : this.respond(challenge, place, subject);
  }

  /**
   * Resolves to the response to a challenge, or to `undefined` if `rejected` was the best one.
   *
   * @throws RemoteFailure
   */
  async responseTo(
    challenge: Challenge,
    place: Place,
    subject: Subject,
    rejected: string | undefined,
  ): Promise<string | undefined> {
    this.remember(challenge, place);
    const isLast = challenge.scheme === 'basic' && rejected !== undefined && !this.login.forget();
    return isLast ? undefined : this.respond(challenge, place, subject, rejected);
  }

  private remember(challenge: Challenge, place: Place): void {
    const { scope, ...common } = challenge;
    this.challenges.set(place.origin, common);
    // A registry that is itself a mirror may name the repository differently.
    if (scope !== undefined && scope !== scopeOf(place)) {
      this.challenges.set(keyOf(place), challenge);
    }
  }

  private async respond(
    { scheme, realm, service, scope: asked }: Challenge,
    place: Place,
    subject: Subject,
    rejected?: string,
  ): Promise<string | undefined> {
    const own = place.origin === this.upstreamOrigin;
    if (scheme === 'basic') return own ? this.login.basic(subject) : undefined;
    const scope = asked ?? scopeOf(place);
    const key = JSON.stringify([own, realm, service, scope]);
    const fetch = () =>
      this.service.fetch({ scheme, realm, ...(service && { service }) }, scope, own);
    return `Bearer ${await this.tokens.get(key, fetch, rejected?.replace(/^Bearer /, ''))}`;
  }
}

function scopeOf({ repository }: Place): string {
  return `repository:${repository}:pull`;
}

function keyOf({ origin, repository }: Place): string {
  return `${origin} ${repository}`;
}
