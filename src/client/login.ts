import { readOwnFile } from './own-file.js';
import { askHelper, type Credentials } from './credential-helper.js';
import { type Subject } from './failures.js';
import { type Upstream } from './upstream.js';

/** The login at an upstream, from a file or from a program. */
export class Login {
  /** What the program printed, until the registry refuses it. Passwords of clouds are valid for hours. */
  private printed: Promise<Credentials> | undefined;

  constructor(private readonly upstream: Upstream) {}

  get isConfigured(): boolean {
    return this.upstream.login !== undefined;
  }

  /** Resolves to the value of `Authorization`, or to `undefined` without a login. @throws RemoteFailure */
  async basic(subject: Subject): Promise<string | undefined> {
    const credentials = await this.credentials().catch((error: unknown) => {
      throw subject.failureOf(error);
    });
    if (credentials === undefined) return undefined;
    const text = `${credentials.user}:${credentials.password}`;
    return `Basic ${Buffer.from(text).toString('base64')}`;
  }

  /** Forgets what a program printed. Returns whether another login may follow. */
  forget(): boolean {
    const may = this.printed !== undefined;
    this.printed = undefined;
    return may;
  }

  private async credentials(): Promise<Credentials | undefined> {
    const { login, url } = this.upstream;
    if (login === undefined) return undefined;
    if ('command' in login) {
      this.printed ??= this.ask(login.command, url.host);
      return this.printed;
    }
    // Read each time, so that a new password needs no restart.
    const password = (await readOwnFile(login.passwordFile)).replace(/\r?\n$/, '');
    return { user: login.user, password };
  }

  private ask(command: readonly string[], host: string): Promise<Credentials> {
    const asking = askHelper(command, host);
    asking.catch(() => {
      if (this.printed === asking) this.printed = undefined;
    });
    return asking;
  }
}
