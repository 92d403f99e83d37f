import { setTimeout as sleep } from 'node:timers/promises';

import type { Blob, Content } from './contents.ts';
import type { Ledger } from './ledger.ts';

/** How often a push is repeated before its client gives up: the collector runs all the time, without a grace. */
const MAX_ATTEMPTS = 40;
const ANSWER_WITHIN_MS = 20_000;

interface ErrorBody {
  readonly errors?: readonly { readonly code: string }[];
}

/** A client of one registry. It records responses that no registry may send in the ledger. */
export class Client {
  readonly #url: string;
  readonly #ledger: Ledger;

  constructor(url: string, ledger: Ledger) {
    this.#url = url;
    this.#ledger = ledger;
  }

  async request(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const url = path.startsWith('http') ? path : `${this.#url}${path}`;
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const answer = await fetch(url, { ...init, method, signal });
    if (answer.status >= 500) {
      this.#ledger.violation(`${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
    }
    return answer;
  }

  /** Returns the status of a response, and discards the body. */
  async status(method: string, path: string): Promise<number> {
    const answer = await this.request(method, path);
    await answer.arrayBuffer();
    return answer.status;
  }

  /** Pushes everything that `content` needs, then itself, and repeats this while the registry lacks a part. */
  async push(repository: string, content: Content, reference: string, other: string) {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      // The first attempt trusts HEAD, the later ones push every layer again.
      if (await this.#pushOnce(repository, content, reference, attempt > 1 ? undefined : other)) {
        this.#ledger.counts.pushes++;
        return true;
      }
      this.#ledger.counts['pushed again']++;
      await sleep(Math.random() * 20);
    }
    this.#ledger.violation(
      `${repository}:${reference} could not be pushed in ${MAX_ATTEMPTS} attempts`,
    );
    return false;
  }

  async #pushOnce(
    repository: string,
    content: Content,
    reference: string,
    other: string | undefined,
  ): Promise<boolean> {
    for (const child of content.children) {
      if (!(await this.#pushOnce(repository, child, child.digest, other))) return false;
    }
    for (const blob of content.blobs) {
      const there = other !== undefined && (await this.#believes(repository, blob, other));
      if (!there) await this.#upload(repository, blob);
    }
    return this.#putManifest(repository, content, reference);
  }

  async #believes(repository: string, { digest }: Blob, other: string): Promise<boolean> {
    if ((await this.status('HEAD', `/v2/${repository}/blobs/${digest}`)) === 200) return true;
    const mount = `/v2/${repository}/blobs/uploads/?mount=${digest}&from=${other}`;
    const answer = await this.request('POST', mount);
    await answer.arrayBuffer();
    if (answer.status === 201) {
      this.#ledger.counts.mounts++;
      return true;
    }
    await this.status('DELETE', answer.headers.get('location') ?? '');
    return false;
  }

  async #upload(repository: string, { digest, bytes }: Blob): Promise<void> {
    const begun = await this.request('POST', `/v2/${repository}/blobs/uploads/`);
    await begun.arrayBuffer();
    const location = new URL(begun.headers.get('location') ?? '', this.#url);
    location.searchParams.set('digest', digest);
    const answer = await this.request('PUT', location.href, { body: new Uint8Array(bytes) });
    await this.#expect(answer, 201, `an upload to ${repository}`);
  }

  async #putManifest(repository: string, content: Content, reference: string): Promise<boolean> {
    const { mediaType, bytes } = content;
    const path = `/v2/${repository}/manifests/${reference}`;
    const headers = { 'content-type': mediaType };
    const answer = await this.request('PUT', path, { body: new Uint8Array(bytes), headers });
    if (answer.status === 400) {
      const { errors } = (await answer.json()) as ErrorBody;
      if (errors?.every(({ code }) => code === 'MANIFEST_BLOB_UNKNOWN') === true) return false;
      this.#ledger.violation(`PUT ${path}: ${JSON.stringify(errors)}`);
      return false;
    }
    return this.#expect(answer, 201, `PUT ${path}`);
  }

  async #expect(answer: Response, status: number, what: string): Promise<boolean> {
    const text = await answer.text();
    if (answer.status === status) return true;
    if (answer.status < 500) this.#ledger.violation(`${what}: ${answer.status} ${text}`);
    return false;
  }
}
