import { tryParseJson, type Descriptor } from '../domain/descriptor.js';
import { Digest } from '../domain/digest.js';
import { referrersTag, type Reference } from '../domain/reference.js';
import { BlobBody, dropBody, readTags, withBody } from './bodies.js';
import { Deadline } from './deadline.js';
import { Subject } from './failures.js';
import { ACCEPT, describedBy, partIn, sizeIn, verified } from './manifests.js';
import { cursorOf, nextLink, pageQuery } from './pages.js';
import { descriptorsIn, GatheredReferrers, WITHOUT_REFERRERS } from './referrers.js';
import {
  RegistryClient,
  type RemoteBlob,
  type RemoteManifest,
  type RemoteName,
  type RemoteTags,
} from './registry-client.js';
import { type Answer, type Question, type Session } from './session.js';
import { type Transport } from './transport.js';
import { type ContentLimits, type Patience, type Upstream } from './upstream.js';

const TAGS_PER_PAGE = 1_000;
const MAX_REFERRERS_PAGES = 100;

/** Registries that ignore the size of a page send all tags at once, some with all that they know of each. */
const MAX_TAGS_BYTES = 32 * 1024 ** 2;

/** How large a page of referrers may be, as an index is. */
const MAX_REFERRERS_PAGE_BYTES = 4 * 1024 ** 2;

/** Some registries do not support HEAD. Signed URLs, to which others redirect, are often for GET alone. */
function lacksHead({ status, redirected }: Answer): boolean {
  return status === 405 || status === 501 || (redirected && status === 403);
}

/** What the methods say about a question. */
interface Asked extends Omit<Question, 'subject' | 'deadline'> {
  /** What is asked for, for messages. */
  readonly content: string;
  /** How long it may take until `use` has resolved, in milliseconds. */
  readonly ms: number;
  readonly signal?: AbortSignal | undefined;
}

type Use<T> = (answer: Answer, subject: Subject) => Promise<T> | T;

/** Reads from another registry over HTTP. */
export class RemoteRegistry extends RegistryClient {
  constructor(
    private readonly upstream: Upstream,
    private readonly limits: ContentLimits,
    private readonly patience: Patience,
    private readonly transport: Transport,
    private readonly session: Session,
  ) {
    super();
  }

  async stat(repository: RemoteName, reference: Reference): Promise<RemoteManifest | undefined> {
    const asked = { ...this.manifestQuestion(repository, reference), accepts: lacksHead };
    const found = await this.ask({ ...asked, method: 'HEAD' }, async (answer, subject) => {
      await dropBody(answer.body);
      if (lacksHead(answer)) return 'incomplete';
      return describedBy(answer.headers, reference, subject) ?? 'incomplete';
    });
    if (found !== 'incomplete') return found;
    const manifest = await this.manifest(repository, reference);
    if (manifest === undefined) return undefined;
    const { mediaType, digest, size } = manifest;
    return { mediaType, digest, size };
  }

  async manifest(
    repository: RemoteName,
    reference: Reference,
  ): Promise<(RemoteManifest & { readonly bytes: Uint8Array }) | undefined> {
    return this.ask(this.manifestQuestion(repository, reference), async (answer, subject) => {
      const { maxManifestBytes: maxBytes, maxManifestEntries, memory } = this.limits;
      return withBody(answer.body, { maxBytes, memory }, subject, (bytes) =>
        verified(bytes, answer.headers, reference, maxManifestEntries, subject),
      );
    });
  }

  async blob(
    repository: RemoteName,
    digest: Digest,
    from: number,
    signal?: AbortSignal,
  ): Promise<RemoteBlob | undefined> {
    const headers = from === 0 ? {} : { range: `bytes=${from}-` };
    const asked = { ...this.blobQuestion(repository, digest), headers, signal };
    return this.ask(asked, ({ status, headers, body }, subject) => {
      const part = status === 206 ? partIn(headers, from) : { offset: 0, size: sizeIn(headers) };
      if (part !== undefined) return { ...part, body: new BlobBody(body, subject, signal) };
      body.destroy();
      throw subject.wrong(`it sent another part than the one from byte ${from}`);
    });
  }

  async statBlob(
    repository: RemoteName,
    digest: Digest,
  ): Promise<{ readonly size: number } | undefined> {
    const asked = { ...this.blobQuestion(repository, digest), accepts: lacksHead };
    const found = await this.ask({ ...asked, method: 'HEAD' }, async (answer) => {
      await dropBody(answer.body);
      return { size: lacksHead(answer) ? undefined : sizeIn(answer.headers) };
    });
    if (found === undefined) return undefined;
    // Some registries announce no bytes for HEAD.
    return found.size ? { size: found.size } : this.sizeByGet(repository, digest);
  }

  async tags(repository: RemoteName, after?: string): Promise<RemoteTags | undefined> {
    const path = `${repository}/tags/list${pageQuery(TAGS_PER_PAGE, after)}`;
    return this.ask(
      this.listQuestion(repository, path, `the tags of ${repository}`),
      async ({ body, headers }, subject) => {
        const limits = { maxBytes: MAX_TAGS_BYTES, memory: this.limits.memory };
        return { tags: await readTags(body, limits, subject), ...nextPage(headers) };
      },
    );
  }

  async referrers(
    repository: RemoteName,
    subject: Digest,
  ): Promise<readonly Descriptor[] | undefined> {
    const found = new GatheredReferrers(this.referrersOf(subject), this.limits.memory);
    try {
      return await this.gather(found, repository, subject);
    } finally {
      found.release();
    }
  }

  private async gather(
    found: GatheredReferrers,
    repository: RemoteName,
    subject: Digest,
  ): Promise<readonly Descriptor[] | undefined> {
    const asked = this.referrersOf(subject);
    const { listMs } = this.patience;
    const start = performance.now();
    let query = '';
    for (let page = 0; page < MAX_REFERRERS_PAGES; page++) {
      // Each page has so much time, too.
      if (performance.now() - start > listMs)
        throw asked.unavailable(`it did not send all within ${listMs / 1_000} s`);
      const next = await this.referrersPage(repository, `${subject}${query}`);
      if (next === undefined) return undefined;
      if (next === 'unsupported') return this.taggedReferrers(repository, subject);
      found.add(next.descriptors, next.bytes);
      if (next.query === undefined) return found.all;
      if (next.query === query) throw asked.wrong('they have no end');
      query = next.query;
    }
    return found.all;
  }

  async close(): Promise<void> {
    await this.transport.close();
  }

  private async referrersPage(repository: RemoteName, page: string) {
    const path = `${repository}/referrers/${page}`;
    const accepts = ({ status }: Answer): boolean => WITHOUT_REFERRERS.includes(status);
    const asked = { ...this.listQuestion(repository, path, `the referrers of ${page}`), accepts };
    const limits = { maxBytes: MAX_REFERRERS_PAGE_BYTES, memory: this.limits.memory };
    return this.ask(asked, async (answer, subject) => {
      if (accepts(answer)) {
        await dropBody(answer.body);
        return 'unsupported';
      }
      const link = nextLink(answer.headers.link);
      const query =
        link === undefined ? undefined : URL.parse(link, this.upstream.url.href)?.search;
      return withBody(answer.body, limits, subject, async (bytes) => ({
        descriptors: await descriptorsIn(tryParseJson(bytes), subject),
        query,
        bytes: bytes.byteLength,
      }));
    });
  }

  /** Reads the index that clients of registries without the referrers API push. */
  private async taggedReferrers(
    repository: RemoteName,
    subject: Digest,
  ): Promise<readonly Descriptor[]> {
    const tag = referrersTag(subject);
    const index = await this.manifest(repository, tag);
    if (index === undefined) return [];
    return descriptorsIn(tryParseJson(index.bytes), this.referrersOf(subject));
  }

  /** Opens a blob and ends the connection as soon as its size is known. */
  private async sizeByGet(
    repository: RemoteName,
    digest: Digest,
  ): Promise<{ readonly size: number } | undefined> {
    const blob = await this.blob(repository, digest, 0);
    await blob?.body[Symbol.asyncIterator]().return?.();
    if (blob === undefined) return undefined;
    if (blob.size !== undefined) return { size: blob.size };
    throw this.subject(`the size of the blob ${digest}`).wrong('it does not announce it');
  }

  private manifestQuestion(repository: RemoteName, reference: Reference) {
    const name =
      reference instanceof Digest ? `${repository}@${reference}` : `${repository}:${reference}`;
    return {
      method: 'GET',
      path: `${repository}/manifests/${reference}`,
      repository,
      headers: { accept: ACCEPT },
      content: `the manifest ${name}`,
      ms: this.patience.answerMs,
    } as const;
  }

  private blobQuestion(repository: RemoteName, digest: Digest) {
    return {
      method: 'GET',
      path: `${repository}/blobs/${digest}`,
      repository,
      content: `the blob ${repository}@${digest}`,
      ms: this.patience.answerMs,
    } as const;
  }

  private listQuestion(repository: RemoteName, path: string, content: string) {
    return { method: 'GET', path, repository, content, ms: this.patience.listMs } as const;
  }

  /** Asks the registry and uses the answer before the time is over. */
  private async ask<T>(
    { content, ms, signal, ...question }: Asked,
    use: Use<T>,
  ): Promise<T | undefined> {
    const subject = this.subject(content);
    const deadline = new Deadline(ms, signal);
    try {
      const answer = await this.session.ask({ ...question, subject, deadline });
      return answer === undefined ? undefined : await use(answer, subject);
    } finally {
      deadline.end();
    }
  }

  private referrersOf(subject: Digest): Subject {
    return this.subject(`the referrers of ${subject}`);
  }

  private subject(content: string): Subject {
    return new Subject(this.upstream.name, content);
  }
}

function nextPage({ link: header }: Answer['headers']): { readonly next?: string } {
  const link = nextLink(header);
  const next = link === undefined ? undefined : cursorOf(link);
  return next === undefined ? {} : { next };
}
