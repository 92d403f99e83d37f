import { randomUUID } from 'node:crypto';

import { type DigestAlgorithm } from '../../../domain/digest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import {
  keptLogin,
  newUploadId,
  type UploadId,
  type UploadSession,
} from '../../../domain/upload-session.js';
import { UploadStore, type HeldUpload } from '../../ports/upload-store.js';
import { busyUpload, unknownUpload } from '../../protocol/failures.js';
import { RunningHashes } from '../../protocol/running-hashes.js';
import { type PostgresParts } from '../database/postgres-parts.js';
import { PostgresHeldUpload } from './held-upload.js';
import { UploadSlots } from './upload-slots.js';
import {
  findUpload,
  idleUploads,
  insertUpload,
  takeUpload,
  type UploadRow,
} from './upload-rows.js';

/** The sessions of all instances: each is a row, and its bytes are objects. */
export class PostgresUploadStore extends UploadStore {
  private readonly hashes = new RunningHashes();
  private readonly slots = new UploadSlots();
  private readonly held = new Set<HeldUpload>();

  constructor(private readonly parts: PostgresParts) {
    super();
  }

  override async begin(
    repository: RepositoryName,
    algorithm: DigestAlgorithm,
    by?: string,
  ): Promise<UploadSession> {
    const session = { id: newUploadId(), repository, algorithm, offset: 0, ...keptLogin(by) };
    await insertUpload(this.parts.database, session);
    return session;
  }

  override async find(
    repository: RepositoryName,
    id: UploadId,
  ): Promise<UploadSession | undefined> {
    const row = await findUpload(this.parts.database, repository, id);
    return row && sessionOf(row);
  }

  override async open(repository: RepositoryName, id: UploadId): Promise<HeldUpload> {
    const { database, times } = this.parts;
    const holder = randomUUID();
    const row = await takeUpload(database, { repository, id }, holder, times.staleAfterMs);
    if (row === undefined) throw await this.refusal(repository, id);
    const hash = this.hashes.take(sessionOf(row));
    const upload: HeldUpload = new PostgresHeldUpload(
      {
        ...this.parts,
        hashes: this.hashes,
        slots: this.slots,
        ended: () => this.held.delete(upload),
      },
      row,
      holder,
      hash,
    );
    this.held.add(upload);
    return upload;
  }

  override async *idleSince(time: number): AsyncIterable<UploadSession> {
    for await (const row of idleUploads(this.parts.database, time)) {
      yield row.staged > row.received ? { ...sessionOf(row), staged: row.staged } : sessionOf(row);
    }
  }

  /** Releases every held session, so that other instances need not wait for it. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.held].map((upload) => upload.release()));
  }

  private async refusal(repository: RepositoryName, id: UploadId): Promise<Error> {
    const found = await findUpload(this.parts.database, repository, id);
    return found === undefined ? unknownUpload() : busyUpload(found.received);
  }
}

function sessionOf({ id, repository, algorithm, received, begunBy }: UploadRow): UploadSession {
  const by = begunBy === null ? {} : { by: begunBy };
  return { id, repository, algorithm, offset: received, ...by };
}
