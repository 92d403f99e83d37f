import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ClientOptions {
  /** How often a request is tried before it fails. */
  readonly attempts?: number;
  /** How long a response may take, and how long to wait between attempts, in milliseconds. */
  readonly patienceMs?: number;
  readonly pauseMs?: number;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** An error response that a retry would not change. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(`${status} ${code}`);
  }
}

/** A failure after which a retry may succeed, after this many milliseconds. */
class Again extends Error {
  constructor(
    reason: string,
    readonly afterMs?: number,
  ) {
    super(reason);
  }
}

/** A registry client that retries after temporary failures and resumes interrupted transfers. */
export class Client {
  private readonly options: Required<ClientOptions>;
  private token: string | undefined;

  constructor(
    private readonly url: string,
    options: ClientOptions = {},
  ) {
    this.options = { attempts: 4, patienceMs: 1_000, pauseMs: 5, wait: sleep, ...options };
  }

  async pullBlob(repository: string, digest: string): Promise<Buffer> {
    let received = Buffer.alloc(0);
    return this.persist(async () => {
      const headers = received.length === 0 ? {} : { range: `bytes=${received.length}-` };
      const response = await this.ask(`/v2/${repository}/blobs/${digest}`, { headers });
      try {
        for await (const piece of response.body ?? []) received = Buffer.concat([received, piece]);
      } catch {
        throw new Again(`the response ended after ${received.length} bytes`);
      }
      const whole = received;
      if (digestOf(whole) === digest) return whole;
      received = Buffer.alloc(0);
      throw new Again('the bytes do not match the digest');
    });
  }

  async pushBlob(repository: string, bytes: Buffer): Promise<string> {
    const digest = digestOf(bytes);
    const upload = await this.persist(async () => {
      const response = await this.ask(`/v2/${repository}/blobs/uploads/`, { method: 'POST' });
      return response.headers.get('location') ?? '';
    });
    let failed = false;
    await this.persist(async () => {
      const body = new Uint8Array(bytes.subarray(failed ? await this.received(upload) : 0));
      failed = true;
      await this.ask(upload, { method: 'PATCH', body });
    });
    await this.persist(() => this.ask(`${upload}?digest=${digest}`, { method: 'PUT' }));
    return digest;
  }

  /** Resolves to how many bytes of an upload the registry has. */
  private async received(upload: string): Promise<number> {
    const { headers } = await this.ask(upload, {});
    const [, last = '0'] = /^0-(\d+)$/.exec(headers.get('range') ?? '') ?? [];
    return last === '0' ? 0 : Number(last) + 1;
  }

  private async persist<T>(attempt: () => Promise<T>): Promise<T> {
    for (let count = 1; ; count++) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof Again) || count === this.options.attempts) throw error;
        await this.options.wait(error.afterMs ?? this.options.pauseMs);
      }
    }
  }

  private async ask(path: string, init: RequestInit): Promise<Response> {
    const signal = AbortSignal.timeout(this.options.patienceMs);
    const login = this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
    const headers = { ...init.headers, ...login };
    const response = await fetch(this.url + path, { ...init, headers, signal }).catch(() => {
      throw new Again('no answer');
    });
    if (response.ok) return response;
    const { status } = response;
    if (status >= 500) throw new Again(`${status}`);
    if (status === 429) {
      throw new Again('429', Number(response.headers.get('retry-after') ?? 1) * 1_000);
    }
    const challenge = response.headers.get('www-authenticate');
    if (status === 401 && challenge !== null && this.token === undefined) {
      await this.logIn(challenge);
      throw new Again('401', 0);
    }
    const { errors } = (await response.json()) as { errors: { code: string }[] };
    throw new Refused(status, errors[0]?.code ?? '');
  }

  private async logIn(challenge: string): Promise<void> {
    const [, realm = ''] = /realm="([^"]+)"/.exec(challenge) ?? [];
    const response = await fetch(realm);
    this.token = ((await response.json()) as { token: string }).token;
  }
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
