import { setTimeout as sleep } from 'node:timers/promises';

import { Digest } from '../../../src/domain/digest.js';
import { complaintsAbout, summaryOf } from './demands.js';
import { headerOf, readAnswers, type Answer } from './answers.js';
import { BASE, MANIFEST, MANIFEST_DIGEST, pushKnownContent, TAG } from './known-content.js';
import { answersOf, get, isToHead, matches, request, type Row } from './row.js';
import { Sandbox } from './sandbox.js';
import { LogSweep } from './log-sweep.js';
import { exchange, type Exchange, type Step } from './wire.js';
import { PROJECT_ROOT, startServer, type ServerProcess } from '../../support/server-process.js';

export type Driver = 'filesystem' | 'memory';
export const DRIVERS: readonly Driver[] = ['filesystem', 'memory'];

/** A normal request beside or after a hostile one gets its response within this time. */
const NORMAL_WITHIN_MS = 2_000;
/** How long the traces of a cut connection may take to settle. */
const SETTLED_WITHIN_MS = 3_000;

/** Every request has a line in the log, of which each must be an object. */
const ALL_AS_JSON = { REGISTRY_LOG_FORMAT: 'json', REGISTRY_LOG_LEVEL: 'debug' };

/** A server process with known content in a sandbox, and the checks of this suite. */
export class Victim {
  private constructor(
    readonly process: ServerProcess,
    readonly sandbox: Sandbox,
    private readonly log: LogSweep,
  ) {}

  static async start(
    driver: Driver,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Victim> {
    const sandbox = await Sandbox.create();
    const { working, temporary, store } = sandbox;
    const log = new LogSweep();
    const server = await startServer({
      driver,
      storagePath: store,
      environment: { HOME: working, TMPDIR: temporary, ...ALL_AS_JSON, ...environment },
      onOutput: (text) => log.add(text),
      through: ['env', '-C', working],
    });
    await pushKnownContent(server.url);
    return new Victim(server, sandbox, log);
  }

  get port(): number {
    return Number(new URL(this.process.url).port);
  }

  get pid(): number {
    return this.process.pid;
  }

  /** Returns the texts that no response may contain. */
  get secrets(): readonly string[] {
    return [this.sandbox.root, PROJECT_ROOT, 'secret-of-the-neighbour'];
  }

  async stop(): Promise<void> {
    try {
      await this.process.stop();
    } finally {
      await this.sandbox.remove();
    }
    this.log.end();
  }

  /** Sends a row, and returns everything that is wrong with the result. */
  async complaints(row: Row): Promise<string[]> {
    const upload = concernsUpload(row) ? await this.beginUpload() : '';
    const result = await this.send(row, upload);
    const toHead = isToHead(row);
    const summary = summaryOf(result, toHead);
    return [
      ...(matches(summary, row.expected) ? [] : [`got ${summary}, not ${row.expected}`]),
      ...complaintsAbout(result, { toHead, secrets: this.secrets }),
      ...(row.uploadIsAt === undefined ? [] : await this.uploadComplaints(upload, row.uploadIsAt)),
      ...(row.resumesAs === undefined ? [] : await this.resumeComplaints(upload, row.resumesAs)),
      ...(await this.normalComplaints()),
    ];
  }

  /** Returns what is wrong with the response to a normal request. */
  async normalComplaints(): Promise<string[]> {
    const begin = performance.now();
    const { status, body, headers } = await this.ask(get(`${BASE}/manifests/${TAG}`));
    const milliseconds = performance.now() - begin;
    const right =
      status === 200 &&
      body.equals(MANIFEST) &&
      headers.some(([name, value]) => name === 'etag' && value === `"${MANIFEST_DIGEST}"`);
    return [
      ...(right ? [] : [`a normal request afterwards got the status ${status}`]),
      ...(milliseconds > NORMAL_WITHIN_MS ? [`which took ${milliseconds.toFixed(0)} ms`] : []),
    ];
  }

  /** Begins an upload in the known repository and returns its location. */
  async beginUpload(): Promise<string> {
    const answer = await this.ask(request('POST', `${BASE}/blobs/uploads/`, [], ''));
    return headerOf(answer, 'location') ?? '';
  }

  /** Returns the response to one well-formed request. */
  async ask(bytes: string): Promise<Answer> {
    const toHead = isToHead({ steps: [bytes] });
    const isComplete = (received: Buffer) => readAnswers(received, toHead).answers.length > 0;
    const { received } = await exchange(this.port, [bytes], { isComplete });
    const [answer] = readAnswers(received, toHead).answers;
    if (answer === undefined) throw new Error(`no response to ${bytes.slice(0, 200)}`);
    return answer;
  }

  private send(row: Row, upload: string): Promise<Exchange> {
    const toHead = isToHead(row);
    return exchange(
      this.port,
      row.steps.map((step) => withUpload(step, upload)),
      {
        ...(row.ending && { ending: row.ending }),
        ...(row.withinMs && { withinMs: row.withinMs }),
        isComplete: (received) =>
          readAnswers(received, toHead).answers.filter(({ status }) => status >= 200).length >=
          answersOf(row),
      },
    );
  }

  private async uploadComplaints(upload: string, expected: number | 'gone'): Promise<string[]> {
    const wanted = expected === 'gone' ? '404' : `204 0-${Math.max(0, expected - 1)}`;
    return this.untilSettled(async () => {
      const { status, range } = await this.statusOf(upload);
      const found = [status, range].filter(Boolean).join(' ');
      return found === wanted ? [] : [`the upload is at ${found}, not ${wanted}`];
    });
  }

  /** Continues an upload at the server's offset, as a client does, and closes it. */
  private async resumeComplaints(upload: string, content: string): Promise<string[]> {
    const digest = Digest.of(Buffer.from(content));
    return this.untilSettled(async () => {
      const { status, range } = await this.statusOf(upload);
      // In this suite no cut is after exactly one byte, so `0-0` means zero bytes.
      const offset = range === '0-0' ? 0 : Number(range.split('-')[1]) + 1;
      const headers = [`Content-Range: ${offset}-${content.length - 1}`];
      const rest = content.slice(offset);
      const answer = await this.ask(request('PUT', `${upload}?digest=${digest}`, headers, rest));
      if (answer.status === 201) return [];
      return [`resumed at ${status} ${range}: ${answer.status} ${answer.body.toString()}`];
    });
  }

  private async statusOf(upload: string): Promise<{ status: number; range: string }> {
    const answer = await this.ask(get(upload));
    return { status: answer.status, range: headerOf(answer, 'range') ?? '' };
  }

  /** Repeats the check until it finds nothing, because the server notices a cut connection a moment later. */
  private async untilSettled(look: () => Promise<string[]>): Promise<string[]> {
    for (const deadline = Date.now() + SETTLED_WITHIN_MS; ; await sleep(20)) {
      const complaints = await look();
      if (complaints.length === 0 || Date.now() > deadline) return complaints;
    }
  }
}

function concernsUpload({ steps, uploadIsAt, resumesAs }: Row): boolean {
  if (uploadIsAt !== undefined || resumesAs !== undefined) return true;
  return steps.some((step) => typeof step === 'string' && step.includes('{upload}'));
}

function withUpload(step: Step, upload: string): Step {
  return typeof step === 'string' && step.length < 100_000
    ? step.replaceAll('{upload}', upload)
    : step;
}
