import { createHash, randomBytes } from 'node:crypto';

import { type Answer, type Client, type DoctorRequest } from './client.js';
import { type Findings } from './findings.js';
import { hasErrors, inWords } from './v2-endpoint.js';

const MIB = 1024 * 1024;
const SMALL_BYTES = 2 * MIB;
const LARGE_BYTES = 20 * MIB;

/** How long a proxy that passes a body on as it comes may take to do so. */
const PASSING_ON_MS = 2_000;

const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const BYTES = { 'Content-Type': 'application/octet-stream' };

const LIMIT = 'raise the proxy’s limit on bodies (nginx: client_max_body_size 0)';

/** Pushes, pulls and deletes in a repository of its own, and tells what comes out otherwise. */
export class PushCheck {
  constructor(
    private readonly client: Client,
    private readonly repository: string,
    private readonly findings: Findings,
  ) {}

  async run(): Promise<void> {
    const blob = await this.pushBlob(randomBytes(SMALL_BYTES));
    if (blob === undefined) return;
    await this.cleanUp(async () => {
      await this.checkBlob(blob);
      await this.checkLargeUpload();
      await this.checkBuffering();
      await this.checkManifest();
    }, [`blobs/${digestOf(blob)}`]);
  }

  /** POST, PATCH and PUT, as clients do it. The bytes if they are there now. */
  private async pushBlob(bytes: Buffer): Promise<Buffer | undefined> {
    const upload = await this.begin();
    if (upload === undefined) return undefined;
    const patched = await this.send('PATCH', upload, bytes);
    if (patched === undefined) return this.cancel(upload);
    const end = this.client.urlOf(patched.headers.location ?? upload.href);
    end.searchParams.set('digest', digestOf(bytes));
    const put = await this.ask('PUT', end);
    if (put.status !== 201) {
      this.refused('PUT', put);
      return this.cancel(end);
    }
    this.findings.good(`a blob of ${bytes.byteLength / MIB} MiB is pushed: POST, PATCH, PUT`);
    return bytes;
  }

  private async begin(): Promise<URL | undefined> {
    const answer = await this.ask('POST', this.url('blobs/uploads/'), { body: Buffer.alloc(0) });
    if (answer.status !== 202) {
      this.refused('POST', answer);
      return undefined;
    }
    const location = answer.headers.location ?? '';
    const url = this.client.urlOf(location);
    if (url.origin === this.client.origin.origin) return url;
    this.findings.bad(
      `the Location of an upload is ${url.origin}, but the registry is ${this.client.origin.origin}`,
      'let the proxy pass Location on as it is (nginx: proxy_redirect off): Berth’s is relative to the request. Another registry must be told Host and X-Forwarded-Proto',
    );
    return undefined;
  }

  /** The answer to a body, if it is one of success. */
  private async send(method: string, url: URL, bytes: Buffer): Promise<Answer | undefined> {
    const size = `${bytes.byteLength / MIB} MiB`;
    try {
      const answer = await this.ask(method, url, { body: bytes, headers: BYTES });
      if (answer.status === 202) return answer;
      if (answer.status === 413)
        this.findings.bad(`a body of ${size} is refused (${inWords(answer)})`, LIMIT);
      else this.refused(method, answer);
    } catch (error) {
      this.findings.bad(`the connection was cut in a body of ${size} (${codeOf(error)})`, LIMIT);
    }
    return undefined;
  }

  private async checkBlob(bytes: Buffer): Promise<void> {
    const url = this.url(`blobs/${digestOf(bytes)}`);
    const length = (await this.ask('HEAD', url)).headers['content-length'];
    if (length === String(bytes.byteLength)) this.findings.good('HEAD tells the length of a blob');
    else {
      this.findings.bad(
        `HEAD tells ${length ?? 'no length'} for a blob of ${bytes.byteLength} bytes`,
        'let the proxy pass Content-Length on, and make no GET out of HEAD',
      );
    }
    this.compare('a blob', await this.ask('GET', url, COMPRESSIBLE), bytes);
  }

  private async checkLargeUpload(): Promise<void> {
    const upload = await this.begin();
    if (upload === undefined) return;
    const patched = await this.send('PATCH', upload, randomBytes(LARGE_BYTES));
    if (patched !== undefined) this.findings.good(`a body of ${LARGE_BYTES / MIB} MiB passes`);
    await this.cancel(this.client.urlOf(patched?.headers.location ?? upload.href));
  }

  /**
   * A chunk in the wrong place is refused by its headers. If the refusal comes only after the whole body, somebody kept the
   * request back until then.
   */
  private async checkBuffering(): Promise<void> {
    const upload = await this.begin();
    if (upload === undefined) return;
    const headers = { ...BYTES, 'Content-Range': `${MIB}-${2 * MIB - 1}` };
    const question = { method: 'PATCH', headers };
    const { early } = await this.client.askSlowly(upload, question, MIB, PASSING_ON_MS);
    await this.cancel(upload);
    if (early) this.findings.good('what is sent reaches the registry as it comes');
    else {
      this.findings.bad(
        'what is sent does not reach the registry before it is whole',
        'let the proxy pass bodies on as they come (nginx: proxy_request_buffering off). A registry other than Berth may wait by itself',
      );
    }
  }

  private async checkManifest(): Promise<void> {
    // Unlike anybody else's: two may be at it.
    const nonce = randomBytes(8).toString('hex');
    const config = Buffer.from(JSON.stringify({ nonce, filler: 'x'.repeat(4_096) }));
    const upload = await this.begin();
    if (upload === undefined) return;
    upload.searchParams.set('digest', digestOf(config));
    await this.ask('PUT', upload, { body: config, headers: BYTES });
    const manifest = Buffer.from(manifestOf(config));
    const url = this.url(`manifests/${nonce}`);
    const pushed = await this.ask('PUT', url, {
      body: manifest,
      headers: { 'Content-Type': MANIFEST_TYPE },
    });
    if (pushed.status !== 201) return this.refused('PUT', pushed);
    const paths = [`manifests/${digestOf(manifest)}`, `blobs/${digestOf(config)}`];
    await this.cleanUp(async () => {
      const headers = { ...COMPRESSIBLE.headers, Accept: MANIFEST_TYPE };
      const pulled = await this.ask('GET', url, { headers });
      this.compare('a manifest', pulled, manifest);
    }, paths);
  }

  private compare(what: string, { headers, body }: Answer, bytes: Buffer): void {
    if (headers['content-encoding'] !== undefined) {
      this.findings.bad(
        `${what} arrives compressed (${headers['content-encoding']})`,
        'switch compression off for /v2/ (nginx: gzip off): clients compare lengths and digests',
      );
    } else if (!body.equals(bytes)) {
      this.findings.bad(
        `${what} arrives with other bytes`,
        'look for what rewrites answers on the way',
      );
    } else this.findings.good(`${what} arrives as it was pushed`);
  }

  /** Gives an upload up; one that cannot be ends by itself. */
  private async cancel(upload: URL): Promise<undefined> {
    await this.ask('DELETE', upload).catch(() => undefined);
  }

  /** Deletes what `paths` name behind `work`, however that ends. */
  private async cleanUp(work: () => Promise<void>, paths: readonly string[]): Promise<void> {
    try {
      await work();
    } finally {
      for (const path of paths) {
        const answer = await this.ask('DELETE', this.url(path));
        if (answer.status !== 202 && answer.status !== 404) this.refused('DELETE', answer);
      }
    }
  }

  private refused(method: string, answer: Answer): void {
    const own = hasErrors(answer);
    this.findings.bad(
      `${method} is refused (${inWords(answer)})`,
      own
        ? `that is the registry’s own word: may this login do it in ${this.repository}?`
        : `let the proxy pass ${method} on (nginx: limit_except; a firewall of applications)`,
    );
  }

  private ask(method: string, url: URL, question: DoctorRequest = {}): Promise<Answer> {
    return this.client.ask(url, { ...question, method });
  }

  private url(path: string): URL {
    return this.client.urlOf(`/v2/${this.repository}/${path}`);
  }
}

/** What a client sends that would not mind. */
const COMPRESSIBLE = { headers: { 'Accept-Encoding': 'gzip' } };

function manifestOf(config: Buffer): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: CONFIG_TYPE, digest: digestOf(config), size: config.byteLength },
    layers: [],
    annotations: { filler: 'x'.repeat(4_096) },
  });
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
