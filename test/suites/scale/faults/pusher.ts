import { setTimeout as sleep } from 'node:timers/promises';

import { manifestOf, newContent, type Content } from '../../durability/contents.ts';
import { Ledger, type AcknowledgedImage } from '../../durability/ledger.ts';
import { resume, WAYS, type Pusher } from '../../durability/push-blob.ts';
import { between, chance, oneOf } from '../../durability/random.ts';
import {
  ConnectionLost,
  UnexpectedAnswer,
  type RegistryClient,
} from '../../durability/registry-client.ts';
import { type Findings } from './findings.ts';

const MIB = 1024 ** 2;
const MAX_LAYERS = 4;
const PAUSE_MS = 200;
/** How long a client repeats a step. */
const PATIENCE_MS = 60_000;

/** Answers after which a client tries again: of an instance or of the round robin while something is away. */
const AWAY: readonly number[] = [502, 503, 504];

/** Answers to a session that ended, went on, or is held: after a lost answer, the client does not know its state. */
const SESSION: readonly number[] = [404, 409, 416];

/** A client that pushes images one after the other, and repeats what fails, as docker does. */
export class PersistentPusher {
  readonly ledger = new Ledger();
  private readonly name: string;
  private readonly pusher: Pusher;
  private readonly findings: Findings;
  /** Layers that all clients push, so that their pushes meet. */
  private readonly shared: readonly Content[];

  constructor(name: string, client: RegistryClient, findings: Findings, shared: Content[]) {
    this.name = name;
    this.pusher = { client, ledger: this.ledger };
    this.findings = findings;
    this.shared = shared;
  }

  /** Pushes images until `isOver`, and completes the last one. */
  async run(isOver: () => boolean): Promise<void> {
    for (let number = 1; !isOver(); number++) {
      const repository = chance(0.3) ? 'shared/app' : `${this.name}/app`;
      await this.pushImage(repository, `${number}`).catch((error: unknown) => {
        this.findings.givenUp.push(String(error));
      });
    }
  }

  private async pushImage(repository: string, tag: string): Promise<void> {
    const config = newContent(between(200, 3_000));
    const layers = Array.from({ length: between(1, MAX_LAYERS) }, () => this.someLayer());
    for (const content of [config, ...layers]) {
      await this.insist(SESSION, () => this.pushBlob(repository, content));
    }
    const manifest = manifestOf({ config, layers, subject: undefined });
    const image = { repository, manifest, blobs: [config, ...layers], subject: undefined };
    for (const suffix of [tag, 'latest']) {
      await this.insist([], () => this.putManifest(image, `${this.name}-${suffix}`));
    }
    this.pusher.ledger.addImage(image);
  }

  private someLayer(): Content {
    if (chance(0.3)) return oneOf(this.shared) ?? newContent();
    return chance(0.08) ? newContent(between(13 * MIB, 20 * MIB)) : newContent();
  }

  /** Goes on with a session that was interrupted, or begins another one. */
  private async pushBlob(repository: string, content: Content): Promise<void> {
    const { client, ledger } = this.pusher;
    const { status } = await client.send('HEAD', `/v2/${repository}/blobs/${content.digest}`);
    if (AWAY.includes(status)) throw new UnexpectedAnswer(`HEAD: ${status}`, { status });
    if (status === 200) return ledger.addBlob(repository, content);
    const open = [...ledger.uploads].find(
      (upload) => upload.content === content && upload.repository === repository,
    );
    if (open === undefined) return oneOf(WAYS)?.(this.pusher, repository, content);
    ledger.uploads.delete(open);
    await resume(this.pusher, open);
  }

  private async putManifest(
    { repository, manifest }: AcknowledgedImage,
    tag: string,
  ): Promise<void> {
    const { client, ledger } = this.pusher;
    const history = ledger.tag(repository, tag);
    const move = history.begin(manifest.digest);
    const headers = { 'Content-Type': manifest.mediaType };
    const path = `/v2/${repository}/manifests/${tag}`;
    try {
      await client.expect(201, 'PUT', path, { headers, body: manifest.bytes });
      history.end(move, true);
    } catch (error) {
      history.end(move, false);
      throw error;
    }
  }

  /** Repeats a step while something is away. Another answer than `allowed` is a finding. */
  private async insist(allowed: readonly number[], step: () => Promise<void>): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; ;) {
      try {
        return await step();
      } catch (error) {
        this.findings.failedRequests++;
        if (!isExpected(error, allowed)) this.findings.wrongAnswers.push(String(error));
        if (Date.now() > end) throw error;
        await sleep(PAUSE_MS);
      }
    }
  }
}

function isExpected(error: unknown, allowed: readonly number[]): boolean {
  if (error instanceof ConnectionLost) return true;
  if (!(error instanceof UnexpectedAnswer)) return false;
  return AWAY.includes(error.status) || allowed.includes(error.status);
}
