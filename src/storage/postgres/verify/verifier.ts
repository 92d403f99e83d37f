import { Digest, newHash } from '../../../domain/digest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import {
  type UnnamedObject,
  type AuditFinding,
  type Verified,
  type Verifier,
} from '../../ports/verifier.js';
import { digestBytes, digestOf } from '../database/digest-bytes.js';
import { type PostgresParts } from '../database/postgres-parts.js';
import { type ObjectId } from '../objects/object-store.js';
import { auditObjects, discardUnnamed } from './audit.js';
import {
  allBlobs,
  CURRENT_OBJECT,
  allManifests,
  QUARANTINE_BLOB,
  QUARANTINE_MANIFEST,
  TOTAL,
  type BlobRow,
} from './verify-rows.js';

/** Reads every object and every manifest, and compares them with their digests. */
export class PostgresVerifier implements Verifier {
  /** The objects that were found damaged, by their digests: a push may replace them before they are moved aside. */
  private readonly damaged = new Map<string, ObjectId>();

  constructor(private readonly parts: PostgresParts) {}

  async total(): Promise<number> {
    const [row] = await this.parts.database.query<{ bytes: number }>(TOTAL);
    return row?.bytes ?? 0;
  }

  async *verify(): AsyncIterable<Verified> {
    for await (const { repository, digest, payload } of allManifests(this.parts.database)) {
      const expected = digestOf(digest);
      const whole = Digest.of(payload, expected.algorithm).equals(expected);
      const size = payload.byteLength;
      yield { repository, kind: 'manifests', digest: expected, size, whole, read: size };
    }
    for await (const blob of allBlobs(this.parts.database)) yield* this.verifyBlob(blob);
  }

  async quarantine({ repository, kind, digest }: Verified): Promise<void> {
    const { database } = this.parts;
    const bytes = digestBytes(digest);
    if (kind === 'blobs') {
      const object = this.damaged.get(digest.toString()) ?? null;
      await database.query(QUARANTINE_BLOB, [bytes, object]);
    } else await database.query(QUARANTINE_MANIFEST, [repository ?? null, bytes]);
  }

  audit(): AsyncIterable<AuditFinding> {
    return auditObjects(this.parts);
  }

  discard(unnamed: readonly UnnamedObject[]): Promise<void> {
    return discardUnnamed(this.parts, unnamed);
  }

  /** Reads the object once, and reports it for each repository that has it. */
  private async *verifyBlob({
    digest,
    size,
    object,
    repositories,
  }: BlobRow): AsyncIterable<Verified> {
    const expected = digestOf(digest);
    const whole = await this.isBlobWhole(object, size, expected);
    if (whole === undefined) return;
    const holders: readonly (RepositoryName | undefined)[] =
      repositories.length > 0 ? repositories : [undefined];
    for (const [number, repository] of holders.entries()) {
      const read = number === 0 ? size : 0;
      yield { repository, kind: 'blobs', digest: expected, size, whole, read };
    }
  }

  /** Looks at the new object if a push has replaced the first one. Resolves to `undefined` if the blob was removed meanwhile. */
  private async isBlobWhole(
    first: ObjectId,
    size: number,
    expected: Digest,
  ): Promise<boolean | undefined> {
    for (let object = first; ;) {
      if (await this.isWhole(object, size, expected)) return true;
      const values = [digestBytes(expected)];
      const [current] = await this.parts.database.query<{ object: ObjectId }>(
        CURRENT_OBJECT,
        values,
      );
      if (current === undefined) return undefined;
      if (current.object === object) {
        this.damaged.set(expected.toString(), object);
        return false;
      }
      object = current.object;
    }
  }

  private async isWhole(object: ObjectId, size: number, expected: Digest): Promise<boolean> {
    const hash = newHash(expected.algorithm);
    if ((await this.parts.objects.size(object)) !== size) return false;
    if (size > 0) {
      for await (const chunk of this.parts.objects.read(object, { start: 0, end: size - 1 })) {
        hash.update(chunk);
      }
    }
    return Digest.fromHash(expected.algorithm, hash).equals(expected);
  }
}
