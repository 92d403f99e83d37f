import { Digest } from '../../../src/domain/digest.js';
import { headerOf, type Answer } from './answers.js';
import { BASE, LAYER_DIGEST } from './known-content.js';
import { get, request } from './row.js';
import { type Victim } from './victim.js';

/** One action of a client on the `which`-th upload. */
export interface UploadAction {
  readonly kind:
    | 'begin'
    | 'add'
    | 'add in range'
    | 'add twice at once'
    | 'add behind a gap'
    | 'add again'
    | 'add of a wrong length'
    | 'ask'
    | 'cancel'
    | 'close'
    | 'close as another';
  readonly which: number;
  readonly bytes: string;
}

/** The expected state of an upload. */
interface ModelUpload {
  readonly location: string;
  content: string;
  alive: boolean;
}

/** A simple model of uploads. Each action runs on the server and on the model, and both must agree. */
export class UploadModel {
  private readonly uploads: ModelUpload[] = [];

  constructor(private readonly victim: Victim) {}

  /** Runs an action, and returns how the server differs from the model. */
  async run({ kind, which, bytes }: UploadAction): Promise<string[]> {
    if (kind === 'begin') return this.begin();
    const upload = this.uploads.at(which % Math.max(1, this.uploads.length));
    if (upload === undefined) return [];
    const found = await this.act(kind, upload, bytes);
    return found.map((complaint) => `${kind} at ${upload.content.length}: ${complaint}`);
  }

  private async begin(): Promise<string[]> {
    const answer = await this.victim.ask(request('POST', `${BASE}/blobs/uploads/`, [], ''));
    const location = headerOf(answer, 'location') ?? '';
    this.uploads.push({ location, content: '', alive: true });
    return [...expectStatus(answer, 202), ...expectRange(answer, 0)];
  }

  private async act(
    kind: Exclude<UploadAction['kind'], 'begin'>,
    upload: ModelUpload,
    bytes: string,
  ): Promise<string[]> {
    const { length } = upload.content;
    switch (kind) {
      case 'add':
        return this.add(upload, bytes, []);
      case 'add in range':
        return this.add(upload, bytes, [rangeOf(length, bytes)]);
      case 'add twice at once':
        return this.addTwice(upload, bytes);
      case 'add behind a gap':
        return this.refused(upload, bytes, rangeOf(length + 1, bytes), 416);
      case 'add again':
        return length === 0 ? [] : this.refused(upload, bytes, rangeOf(length - 1, bytes), 416);
      case 'add of a wrong length':
        return this.refused(upload, bytes, rangeOf(length, `${bytes}x`), 400);
      case 'ask':
        return this.status(upload);
      case 'cancel':
        return this.cancel(upload);
      case 'close':
        return this.close(upload, bytes);
      case 'close as another':
        return this.closeWrongly(upload, bytes);
    }
  }

  private async add(
    upload: ModelUpload,
    bytes: string,
    headers: readonly string[],
  ): Promise<string[]> {
    const answer = await this.victim.ask(request('PATCH', upload.location, headers, bytes));
    if (!upload.alive) return expectStatus(answer, 404);
    upload.content += bytes;
    return [...expectStatus(answer, 202), ...expectRange(answer, upload.content.length)];
  }

  /** Both requests are equal, so their order does not matter; one waits for the other. */
  private async addTwice(upload: ModelUpload, bytes: string): Promise<string[]> {
    const both = [1, 2].map(() => this.victim.ask(request('PATCH', upload.location, [], bytes)));
    const answers = await Promise.all(both);
    const expected = upload.alive ? 202 : 404;
    if (upload.alive) upload.content += bytes + bytes;
    const complaints = answers.flatMap((answer) => expectStatus(answer, expected));
    return [...complaints, ...(await this.status(upload))];
  }

  private async refused(
    upload: ModelUpload,
    bytes: string,
    range: string,
    status: number,
  ): Promise<string[]> {
    const answer = await this.victim.ask(request('PATCH', upload.location, [range], bytes));
    // A length that differs from the range is rejected before the upload is looked up.
    const expected = upload.alive || status === 400 ? status : 404;
    return [...expectStatus(answer, expected), ...(await this.status(upload))];
  }

  private async status(upload: ModelUpload): Promise<string[]> {
    const answer = await this.victim.ask(get(upload.location));
    if (!upload.alive) return expectStatus(answer, 404);
    return [...expectStatus(answer, 204), ...expectRange(answer, upload.content.length)];
  }

  private async cancel(upload: ModelUpload): Promise<string[]> {
    const answer = await this.victim.ask(request('DELETE', upload.location));
    const expected = upload.alive ? 204 : 404;
    upload.alive = false;
    return [...expectStatus(answer, expected), ...(await this.status(upload))];
  }

  private async close(upload: ModelUpload, bytes: string): Promise<string[]> {
    const content = upload.content + bytes;
    const digest = Digest.of(Buffer.from(content)).toString();
    const path = `${upload.location}?digest=${digest}`;
    const repeated = await this.statusOfRepeated(digest);
    const answer = await this.victim.ask(request('PUT', path, [], bytes));
    if (!upload.alive) return expectStatus(answer, repeated);
    upload.alive = false;
    const pulled = await this.victim.ask(get(`${BASE}/blobs/${digest}`));
    return [
      ...expectStatus(answer, 201),
      ...expectStatus(pulled, 200),
      ...(pulled.body.toString() === content ? [] : ['the blob has different bytes']),
      ...(await this.status(upload)),
    ];
  }

  private async closeWrongly(upload: ModelUpload, bytes: string): Promise<string[]> {
    const path = `${upload.location}?digest=${LAYER_DIGEST}`;
    const repeated = await this.statusOfRepeated(LAYER_DIGEST);
    const answer = await this.victim.ask(request('PUT', path, [], bytes));
    if (upload.alive) upload.content += bytes;
    const expected = upload.alive ? 400 : repeated;
    return [...expectStatus(answer, expected), ...(await this.status(upload))];
  }

  /** Resolves to the status of a last PUT whose session is gone: a client repeats it if it lost the response. */
  private async statusOfRepeated(digest: string): Promise<number> {
    const { status } = await this.victim.ask(get(`${BASE}/blobs/${digest}`));
    return status === 200 ? 201 : 404;
  }
}

function rangeOf(start: number, bytes: string): string {
  return `Content-Range: ${start}-${start + bytes.length - 1}`;
}

function expectStatus(answer: Answer, status: number): string[] {
  if (answer.status === status) return [];
  return [`got ${answer.status} ${answer.body.toString()}, not ${status}`];
}

/** Checks the range. `0-0` means zero bytes or one byte. */
function expectRange(answer: Answer, length: number): string[] {
  const expected = `0-${Math.max(0, length - 1)}`;
  const range = headerOf(answer, 'range');
  return range === expected ? [] : [`it is at ${String(range)}, not at ${expected}`];
}
