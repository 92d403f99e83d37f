import { createHash } from 'node:crypto';

import { ANONYMOUS, type Caller } from '../policy/caller.js';
import { type PasswordVerifier } from './password-verifier.js';
import { type Users } from './users-file.js';
import { type ExternalIssuer } from './external-issuer.js';
import { type LoginThrottle } from './login-throttle.js';
import { isRobotToken, type Robot, type Robots } from './robots.js';
import { type Identity, type TokenSubject } from './subject.js';

export interface AccountParts {
  /** Returns the current users. */
  readonly users: () => Users;
  readonly passwords: PasswordVerifier;
  readonly robots: Robots;
  readonly external: ExternalIssuer | undefined;
  readonly throttle: LoginThrottle;
}

/** All accounts: users with a password, robots, and subjects of an external issuer. */
export class Accounts {
  constructor(private readonly parts: AccountParts) {}

  /**
   * Resolves to the identity that logs in with a name and a password, or to `undefined`. A token of a robot or an external
   * issuer may replace the password, under any name.
   *
   * @param address the client's address
   * @throws RegistryError `too-many-requests` after too many failures
   */
  async logIn(name: string, password: string, address: string): Promise<Identity | undefined> {
    // Tokens cannot be guessed, so they bypass the throttle, and guesses by others do not lock out their owners.
    if (!this.isUserPassword(password)) return this.identityOfToken(password);
    // A cached or in-flight login bypasses the throttle, so guesses by others do not lock out the user. Parallel connections of
    // one client count as one attempt.
    const known = this.parts.passwords.cachedOrRunning(name, password);
    const right = await (known ?? this.attempt(name, password, address));
    return right ? this.userOf(name) : undefined;
  }

  private async attempt(name: string, password: string, address: string): Promise<boolean> {
    const attempt = this.parts.throttle.begin(address, name);
    try {
      const right = await this.parts.passwords.verify(name, password);
      if (right) attempt.succeeded();
      return right;
    } catch (error) {
      attempt.withdraw();
      throw error;
    }
  }

  /** Resolves to the identity of a robot's or an external issuer's token, else to `undefined`. */
  async identityOfToken(token: string): Promise<Identity | undefined> {
    if (isRobotToken(token)) {
      const robot = await this.parts.robots.verify(token);
      return robot && { subject: { kind: 'robot', id: robot.id }, caller: callerOf(robot) };
    }
    if (this.parts.external?.issued(token) !== true) return undefined;
    const subject = await this.parts.external.verify(token);
    return subject && { subject, caller: subject };
  }

  /**
   * Resolves to the subject's current caller, or to `undefined` if the subject was removed, revoked or has another password.
   */
  async callerOf(subject: TokenSubject): Promise<Caller | undefined> {
    switch (subject.kind) {
      case 'anonymous':
        return ANONYMOUS;
      case 'user': {
        const same = this.passwordFingerprintOf(subject.name) === subject.passwordFingerprint;
        return same ? { name: subject.name, groups: [] } : undefined;
      }
      case 'robot': {
        const robot = await this.parts.robots.find(subject.id);
        return robot && callerOf(robot);
      }
      case 'external':
        return Date.now() < subject.until ? subject : undefined;
    }
  }

  private isUserPassword(password: string): boolean {
    return !isRobotToken(password) && this.parts.external?.issued(password) !== true;
  }

  private userOf(name: string): Identity | undefined {
    const passwordFingerprint = this.passwordFingerprintOf(name);
    return passwordFingerprint === undefined
      ? undefined
      : { subject: { kind: 'user', name, passwordFingerprint }, caller: { name, groups: [] } };
  }

  private passwordFingerprintOf(name: string): string | undefined {
    const hash = this.parts.users().get(name);
    return hash && createHash('sha256').update(hash).digest('base64url').slice(0, 16);
  }
}

function callerOf({ id, grants }: Robot): Caller {
  return { name: `robot:${id}`, groups: [], grants };
}
