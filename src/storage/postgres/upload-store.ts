import { Digest, type DigestAlgorithm } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { newUploadId, type UploadId, type UploadSession } from '../../domain/upload-session.js';
import { UploadStore, type HeldUpload } from '../ports/upload-store.js';
import { statement } from './database/database.js';
import { digestBytes } from './database/digest-bytes.js';
import { newObjectId } from './objects/object-id.js';
import { type PostgresParts } from './postgres-parts.js';

const COMMIT = statement(
  'commit-upload',
  `WITH home AS (INSERT INTO repositories (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id),
     stored AS (INSERT INTO blobs (digest, size, object) VALUES ($2, $3, $4)
                ON CONFLICT (digest) DO UPDATE SET object = excluded.object, stored_at = now() RETURNING id)
   INSERT INTO blob_links (repo, blob) SELECT home.id, stored.id FROM home, stored
   ON CONFLICT (repo, blob) DO UPDATE SET last_used = now()`,
);

/** PLACEHOLDER until the real sessions exist: keeps sessions in the memory of one process. */
export class PostgresUploadStore extends UploadStore {
  private readonly sessions = new Map<string, { session: UploadSession; bytes: Buffer }>();

  constructor(private readonly parts: PostgresParts) {
    super();
  }

  override begin(repository: RepositoryName, algorithm: DigestAlgorithm): Promise<UploadSession> {
    const session = { id: newUploadId(), repository, algorithm, offset: 0 };
    this.sessions.set(session.id, { session, bytes: Buffer.alloc(0) });
    return Promise.resolve(session);
  }

  override find(_repository: RepositoryName, id: UploadId): Promise<UploadSession | undefined> {
    return Promise.resolve(this.sessions.get(id)?.session);
  }

  override open(repository: RepositoryName, id: UploadId): Promise<HeldUpload> {
    const { database, objects } = this.parts;
    let bytes = Buffer.alloc(0);
    return Promise.resolve({
      offset: 0,
      append: async (source: AsyncIterable<Uint8Array>) => {
        for await (const chunk of source) bytes = Buffer.concat([bytes, chunk]);
        return bytes.byteLength;
      },
      commit: async (digest: Digest) => {
        const object = newObjectId();
        await objects.put(object, bytes);
        const values = [repository, digestBytes(digest), bytes.byteLength, object];
        await database.query(COMMIT, values);
        this.sessions.delete(id);
        return bytes.byteLength;
      },
      discard: () => Promise.resolve(),
      release: () => Promise.resolve(),
    });
  }

  override async *idleSince(): AsyncIterable<UploadSession> {
    // None are listed.
  }
}
