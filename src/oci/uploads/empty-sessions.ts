import { type DigestAlgorithm } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type UploadId, type UploadSession } from '../../domain/upload-session.js';
import { type UploadStore } from '../../storage/ports/upload-store.js';

/** How many sessions without a byte one process keeps. A client sends its first bytes right after it began the upload. */
const MAX_SESSIONS = 1_000;

/** After this time, a session without a byte makes room for another one. */
const PATIENCE_MS = 60_000;

interface EmptySession {
  readonly repository: RepositoryName;
  readonly begunAt: number;
}

/** The sessions that this process has begun and nobody has written to. Each takes two inodes, or memory. */
export class EmptySessions {
  /** The oldest session is the first. */
  private readonly sessions = new Map<UploadId, EmptySession>();
  private starting = 0;

  constructor(
    private readonly uploads: UploadStore,
    private readonly maxSessions = MAX_SESSIONS,
    private readonly now: () => number = Date.now,
  ) {}

  /** Begins a session. If there are too many, the oldest one ends. @throws RegistryError `too-many-requests` if that one is recent */
  async begin(repository: RepositoryName, algorithm: DigestAlgorithm): Promise<UploadSession> {
    this.starting++;
    try {
      if (this.sessions.size + this.starting > this.maxSessions) await this.makeRoom();
      const session = await this.uploads.begin(repository, algorithm);
      this.sessions.set(session.id, { repository, begunAt: this.now() });
      return session;
    } finally {
      this.starting--;
    }
  }

  /** Forgets a session that has bytes, or no longer exists. */
  forget(id: UploadId): void {
    this.sessions.delete(id);
  }

  private async makeRoom(): Promise<void> {
    const [oldest] = this.sessions;
    const age = oldest === undefined ? 0 : this.now() - oldest[1].begunAt;
    if (oldest === undefined || age < PATIENCE_MS) throw tooMany(PATIENCE_MS - age);
    const [id, { repository }] = oldest;
    this.sessions.delete(id);
    await discardEmpty(this.uploads, repository, id);
  }
}

/** Ends a session unless it has bytes, or a client is writing to it. */
async function discardEmpty(
  uploads: UploadStore,
  repository: RepositoryName,
  id: UploadId,
): Promise<void> {
  try {
    const upload = await uploads.open(repository, id);
    await (upload.offset === 0 ? upload.discard() : upload.release());
  } catch (error) {
    // The session is gone, or a client writes to it.
    if (!(error instanceof RegistryError)) throw error;
  }
}

function tooMany(waitMs: number): RegistryError {
  const message = 'too many uploads were begun and got no bytes';
  return new RegistryError('too-many-requests', message, {
    retryAfter: Math.ceil(waitMs / 1_000),
  });
}
