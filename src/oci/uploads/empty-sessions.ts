import { type DigestAlgorithm } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type UploadId, type UploadSession } from '../../domain/upload-session.js';
import { type UploadStore } from '../../storage/ports/upload-store.js';

/** How many sessions without a byte one process keeps. A client sends its first bytes right after it began the upload. */
const MAX_SESSIONS = 1_000;

/** How many of them one login or network has, so that it does not keep others from pushing. */
const MAX_OF_OWNER = 500;

/** After this time, a session without a byte makes room for another one. */
const PATIENCE_MS = 60_000;

interface EmptySession {
  readonly repository: RepositoryName;
  readonly owner: string;
  readonly begunAt: number;
}

/** The sessions that this process has begun and nobody has written to. Each takes two inodes, or memory. */
export class EmptySessions {
  /** The oldest session is the first. */
  private readonly sessions = new Map<UploadId, EmptySession>();
  private readonly starting: string[] = [];

  constructor(
    private readonly uploads: UploadStore,
    private readonly maxSessions = MAX_SESSIONS,
    private readonly now: () => number = Date.now,
    private readonly maxOfOwner = MAX_OF_OWNER,
  ) {}

  /**
   * Begins a session. If there are too many, the oldest one ends.
   *
   * @param owner the login or the network of the client
   * @param by the login, if there is one
   * @throws RegistryError `too-many-requests` if the oldest one is recent
   */
  async begin(
    repository: RepositoryName,
    algorithm: DigestAlgorithm,
    owner: string,
    by?: string,
  ): Promise<UploadSession> {
    this.starting.push(owner);
    try {
      if (this.mayBeFull()) await this.makeRoomFor(owner);
      const session = await this.uploads.begin(repository, algorithm, by);
      this.sessions.set(session.id, { repository, owner, begunAt: this.now() });
      return session;
    } finally {
      this.starting.splice(this.starting.indexOf(owner), 1);
    }
  }

  /** Forgets a session that has bytes, or no longer exists. */
  forget(id: UploadId): void {
    this.sessions.delete(id);
  }

  /** Returns false in the usual case: no owner can have more sessions than all have together. */
  private mayBeFull(): boolean {
    const least = Math.min(this.maxOfOwner, this.maxSessions);
    return this.sessions.size + this.starting.length > least;
  }

  private async makeRoomFor(owner: string): Promise<void> {
    const all = [...this.sessions];
    const own = all.filter(([, session]) => session.owner === owner);
    const begun = this.starting.filter((each) => each === owner);
    if (own.length + begun.length > this.maxOfOwner) await this.end(own[0]);
    else if (all.length + this.starting.length > this.maxSessions) await this.end(all[0]);
  }

  private async end(oldest: readonly [UploadId, EmptySession] | undefined): Promise<void> {
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
