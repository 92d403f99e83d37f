import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  pushBlob,
  pushImage,
  repo,
  tag,
  uniqueBytes,
} from '../../../src/storage/contract/fixtures.js';
import { Digest } from '../../../src/domain/digest.js';
import { type MirrorTimes } from '../../../src/mirror/content/mirrors.js';
import { type SpoolLimits } from '../../../src/mirror/flights/spool.js';
import { MirrorNames } from '../../../src/mirror/plan/meant-repository.js';
import { type MirrorPlan } from '../../../src/mirror/plan/mirrors-plan.js';
import { openMirroredPorts, type MirroredPorts } from '../../../src/mirror/mirrored-ports.js';
import { openFilesystemStorage } from '../../../src/storage/filesystem/filesystem-storage.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { type TaggedManifest } from '../../../src/storage/ports/tag-store.js';
import { planOf } from './mirror-plan.js';
import { OtherRegistry } from './other-registry.js';
import { withUnreadableUploads } from './unreadable-uploads.js';

/** The storages on which mirrors are tested. */
export const DRIVERS = ['memory', 'filesystem'] as const;

/** The memory storage, as an adapter whose uploads cannot be read while they grow. */
export const UNREADABLE = 'memory without reads of uploads';

/** The repository of the tests, as this registry and as the other one names it. */
export const MIRRORED = repo('docker.io/library/alpine');
export const REMOTE = repo('library/alpine');

interface ReadOptions {
  readonly ports?: MirroredPorts;
  readonly onBytes?: (count: number) => void;
}

/** Returns what a test compares: large buffers themselves take the matchers seconds. */
export function digestOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Digest.of(bytes).toString();
}

/** A mirror called `docker.io` of a registry without a network, over an empty storage. */
export class MirrorBench {
  readonly other = new OtherRegistry();
  /** The lines of the log, with their level. */
  readonly logged: string[] = [];
  /** How clients were answered, such as `tag hit`. */
  readonly reported: string[] = [];
  /** The bytes of blobs by where they came from. */
  readonly bytes: Record<string, number> = {};
  isReadOnly = false;
  /** Who asks. */
  caller = 'alice';
  readonly ports: MirroredPorts;
  /** What the mirrors file says. It may change. */
  plan: MirrorPlan;
  /** The time of the mirror's clock, in milliseconds. */
  now = 1_000_000;
  /** Where mirrors that are opened next have their spool files. The directory does not exist. */
  spool: SpoolLimits = {
    path: join(tmpdir(), `berth-mirror-spool-${randomBytes(6).toString('hex')}`),
    maxBytes: 2 ** 30,
    minFreeBytes: 0,
  };

  private constructor(
    readonly storage: Storage,
    plan: Partial<MirrorPlan>,
    private readonly folder: string | undefined,
  ) {
    this.plan = planOf(plan);
    this.ports = this.open();
  }

  static async open(
    driver: (typeof DRIVERS)[number] | typeof UNREADABLE = 'memory',
    plan: Partial<MirrorPlan> = {},
    maxBytes = 2 ** 30,
  ): Promise<MirrorBench> {
    if (driver !== 'filesystem') {
      const memory = createMemoryStorage({ maxBytes });
      const storage = driver === 'memory' ? memory : withUnreadableUploads(memory);
      return new MirrorBench(storage, plan, undefined);
    }
    const path = await mkdtemp(join(tmpdir(), 'berth-mirror-'));
    const storage = openFilesystemStorage({
      path,
      fsync: false,
      minFreeBytes: 0,
      touchAfterMs: 60_000,
    });
    return new MirrorBench(storage, plan, path);
  }

  /** Opens the mirrors once more, as another process does. The waits are in milliseconds. */
  open(
    waits: MirrorTimes = { firstWaitMs: 1, patienceMs: 10_000, retireMs: 0 },
    maxUnnamedBytes = Infinity,
  ): MirroredPorts {
    // As with a file that is read again: the names are others if the plan is another one.
    const namesOf = new WeakMap<MirrorPlan, MirrorNames>();
    const names = (): MirrorNames => {
      const mirrors = [this.plan];
      const known =
        namesOf.get(this.plan) ?? new MirrorNames({ mirrors, local: [], listen: new Map() }, '');
      namesOf.set(this.plan, known);
      return known;
    };
    const plan = {
      get names() {
        return names();
      },
    };
    const log = {
      error: (line: string) => void this.logged.push(`error ${line}`),
      warn: (line: string) => void this.logged.push(`warn ${line}`),
      log: (line: string) => void this.logged.push(`log ${line}`),
      debug: () => undefined,
    };
    const times = { now: () => this.now, ...waits };
    const watch = {
      answered: (_mirror: string, kind: string, result: string) =>
        void this.reported.push(`${kind} ${result}`),
      transferred: (_mirror: string, from: string, bytes: number) =>
        void (this.bytes[from] = (this.bytes[from] ?? 0) + bytes),
    };
    const mayFetch = (who: readonly string[]): boolean => who.includes(this.caller);
    const isReadOnly = (): boolean => this.isReadOnly;
    const { spool } = this;
    const surroundings = { log, watch, mayFetch, isReadOnly, times, maxUnnamedBytes, spool };
    return openMirroredPorts({ plan, connect: () => this.other }, this.storage, surroundings);
  }

  /** Pushes an image with the tag to the other registry, and resolves to its digest. */
  async push(name = '3'): Promise<string> {
    const { digest } = await pushImage(this.other.storage, REMOTE, { tags: [name] });
    return digest.toString();
  }

  /** Pushes a blob to the other registry. */
  async remoteBlob(size: number): Promise<{ bytes: Buffer; digest: Digest }> {
    const bytes = uniqueBytes(size);
    return { bytes, digest: await pushBlob(this.other.storage, REMOTE, bytes) };
  }

  /** Resolves to the size of a stored blob. */
  storedSize(digest: Digest): Promise<number | undefined> {
    return this.storage.blobs.stat(MIRRORED, digest);
  }

  /** Resolves to the stored manifest of a tag. */
  stored(name = '3'): Promise<TaggedManifest | undefined> {
    return this.storage.tags.resolve(MIRRORED, tag(name));
  }

  /** Pulls a manifest by its tag, as a client's GET does. Resolves to its digest. */
  async pull(name: string, ports = this.ports): Promise<string | undefined> {
    const opened = await ports.manifests.openTagged(MIRRORED, tag(name), ports.tags);
    if (opened !== undefined && 'close' in opened.content) await opened.content.close();
    return opened?.digest.toString();
  }

  /** Reads a blob whole, or the bytes of a range, as a client's GET does. `onBytes` learns how many came each time. */
  async read(
    digest: Digest,
    range?: { start: number; end: number },
    { ports = this.ports, onBytes }: ReadOptions = {},
  ): Promise<Buffer | undefined> {
    const blob = await ports.blobs.open(MIRRORED, digest);
    if (blob === undefined) return undefined;
    const parts: Buffer[] = [];
    try {
      const all = { start: 0, end: blob.size - 1 };
      for await (const piece of blob.read(range ?? all)) {
        parts.push(Buffer.from(piece));
        onBytes?.(piece.byteLength);
      }
    } finally {
      await blob.close();
    }
    return Buffer.concat(parts);
  }

  async close(): Promise<void> {
    await this.ports.close();
    await this.storage.close();
    await this.other.storage.close();
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
    await rm(this.spool.path, { recursive: true, force: true });
  }
}
