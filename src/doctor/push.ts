import { createHash, randomBytes } from 'node:crypto';

import { type DoctorResponse, type Client, type DoctorRequest } from './client.js';
import { type Findings } from './findings.js';
import { hasErrors, describeResponse } from './v2-endpoint.js';

const MIB = 1024 * 1024;
const SMALL_BYTES = 2 * MIB;
const LARGE_BYTES = 20 * MIB;

/** How long a proxy that streams bodies may take to pass one on. */
const PASSING_ON_MS = 2_000;

const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const BYTES = { 'Content-Type': 'application/octet-stream' };

const LIMIT = 'raise the body size limit of the proxy (nginx: client_max_body_size 0)';

/** Pushes, pulls and deletes in the doctor's repository, and reports what goes wrong. */
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

  /** Pushes with POST, PATCH and PUT, as clients do. Resolves to the bytes if the push succeeded. */
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
    this.findings.good(
      `a blob of ${bytes.byteLength / MIB} MiB was pushed with POST, PATCH and PUT`,
    );
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
      'let the proxy keep the Location header unchanged (nginx: proxy_redirect off), because Berth sends a relative one. For another registry, send Host and X-Forwarded-Proto',
    );
    return undefined;
  }

  /** Sends a body, and resolves to the response if the server accepted it. */
  private async send(method: string, url: URL, bytes: Buffer): Promise<DoctorResponse | undefined> {
    const size = `${bytes.byteLength / MIB} MiB`;
    try {
      const answer = await this.ask(method, url, { body: bytes, headers: BYTES });
      if (answer.status === 202) return answer;
      if (answer.status === 413)
        this.findings.bad(`a body of ${size} is refused (${describeResponse(answer)})`, LIMIT);
      else this.refused(method, answer);
    } catch (error) {
      this.findings.bad(`the connection was cut in a body of ${size} (${codeOf(error)})`, LIMIT);
    }
    return undefined;
  }

  private async checkBlob(bytes: Buffer): Promise<void> {
    const url = this.url(`blobs/${digestOf(bytes)}`);
    const length = (await this.ask('HEAD', url)).headers['content-length'];
    if (length === String(bytes.byteLength))
      this.findings.good('HEAD returns the length of a blob');
    else {
      this.findings.bad(
        `HEAD returns ${length ?? 'no length'} for a blob of ${bytes.byteLength} bytes`,
        'let the proxy keep Content-Length, and pass HEAD on as HEAD',
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
   * Sends a chunk at a wrong offset, which the registry rejects by its headers alone.
   *
   * A rejection after the whole body means that a proxy buffered the request.
   */
  private async checkBuffering(): Promise<void> {
    const upload = await this.begin();
    if (upload === undefined) return;
    const headers = { ...BYTES, 'Content-Range': `${MIB}-${2 * MIB - 1}` };
    const question = { method: 'PATCH', headers };
    const { early } = await this.client.askSlowly(upload, question, MIB, PASSING_ON_MS);
    await this.cancel(upload);
    if (early) this.findings.good('request bodies are streamed to the registry');
    else {
      this.findings.bad(
        'request bodies reach the registry only when they are complete',
        'let the proxy stream request bodies (nginx: proxy_request_buffering off). A registry other than Berth may itself wait for the whole body',
      );
    }
  }

  private async checkManifest(): Promise<void> {
    // A random name, because two checks may run at the same time.
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

  private compare(what: string, { headers, body }: DoctorResponse, bytes: Buffer): void {
    if (headers['content-encoding'] !== undefined) {
      this.findings.bad(
        `${what} arrives compressed (${headers['content-encoding']})`,
        'switch compression off for /v2/ (nginx: gzip off): clients compare lengths and digests',
      );
    } else if (!body.equals(bytes)) {
      this.findings.bad(
        `${what} arrives with different bytes`,
        'look for a proxy that rewrites responses',
      );
    } else this.findings.good(`${what} arrives as it was pushed`);
  }

  /** Cancels an upload. If that fails, the upload expires. */
  private async cancel(upload: URL): Promise<undefined> {
    await this.ask('DELETE', upload).catch(() => undefined);
  }

  /** Runs `work`, and deletes `paths` even if it fails. */
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

  private refused(method: string, answer: DoctorResponse): void {
    const own = hasErrors(answer);
    this.findings.bad(
      `${method} is refused (${describeResponse(answer)})`,
      own
        ? `the registry itself refuses it: give this login all rights in ${this.repository}, or name another repository with --repository`
        : `let the proxy pass ${method} on (nginx: limit_except; a web application firewall)`,
    );
  }

  private ask(method: string, url: URL, question: DoctorRequest = {}): Promise<DoctorResponse> {
    return this.client.ask(url, { ...question, method });
  }

  private url(path: string): URL {
    return this.client.urlOf(`/v2/${this.repository}/${path}`);
  }
}

/** The headers of a client that accepts compression. */
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
