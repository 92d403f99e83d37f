import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type DigestAlgorithm } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  keptLogin,
  newUploadId,
  tryParseUploadId,
  type UploadId,
  type UploadSession,
} from '../../domain/upload-session.js';
import { UploadStore, type HeldUpload } from '../ports/upload-store.js';
import { busyUpload, unknownUpload } from '../protocol/failures.js';
import { type BlobLinks } from './blob-links.js';
import { type StoredFiles } from './stored-files.js';
import { type Durability } from './disk/durability.js';
import { FileUpload } from './file-upload.js';
import { type FreeSpace } from './disk/free-space.js';
import { mapDiskFull, succeedsIfPresent } from './disk/fs-errors.js';
import { type ReadBuffers } from './disk/read-buffers.js';
import { type Layout } from './layout.js';
import { allNames } from './disk/list-names.js';
import { decodeRepository } from './names.js';
import { StagedHandle } from './staged-handle.js';
import { RunningHashes } from '../protocol/running-hashes.js';
import { UploadDirectory } from './upload-directory.js';
import { idleName, type UploadState } from './upload-state.js';

/** How long `close` waits for the running work of each holder. */
const CLOSE_PATIENCE_MS = 1_000;

/** The parts of the storage that keep uploads. */
export interface UploadParts {
  readonly layout: Layout;
  readonly durability: Durability;
  readonly links: BlobLinks;
  readonly files: StoredFiles;
  readonly space: FreeSpace;
  readonly buffers: ReadBuffers;
  /** A holder that has written nothing for this time is considered dead. In milliseconds. */
  readonly staleAfterMs: number;
}

/** Stores each session as a directory with one staged file, whose name is the state of the session (`upload-state.ts`). */
export class FileUploadStore extends UploadStore {
  private readonly hashes = new RunningHashes();
  private readonly held = new Set<FileUpload>();

  constructor(private readonly parts: UploadParts) {
    super();
  }

  override begin(
    repository: RepositoryName,
    algorithm: DigestAlgorithm,
    by?: string,
  ): Promise<UploadSession> {
    return mapDiskFull(async () => {
      await this.parts.space.require(0);
      const session = { id: newUploadId(), repository, algorithm, offset: 0, ...keptLogin(by) };
      const directory = this.parts.layout.upload(repository, session.id);
      // The name of the session is not made durable: a power cut may lose a whole session.
      await this.parts.durability.inDirectory(dirname(directory), () => mkdir(directory));
      const file = await open(
        join(directory, idleName({ ...session, knownDigest: undefined })),
        'wx',
      );
      await file.close();
      return session;
    });
  }

  override async find(
    repository: RepositoryName,
    id: UploadId,
  ): Promise<UploadSession | undefined> {
    return this.inspect(repository, id)?.session;
  }

  override open(repository: RepositoryName, id: UploadId): Promise<HeldUpload> {
    return mapDiskFull(async () => {
      const directory = this.directory(repository, id);
      const state = directory.state();
      if (state === undefined) throw unknownUpload();
      const ours = await directory.takeHold(state, this.parts.staleAfterMs);
      if (ours === undefined) throw busyUpload(state.offset);
      return this.hold({ repository, id }, directory, ours);
    });
  }

  override async *idleSince(time: number): AsyncIterable<UploadSession> {
    for (const name of await allNames(this.parts.layout.uploads)) {
      const repository = decodeRepository(name);
      if (repository === undefined) continue;
      for (const entry of await allNames(this.parts.layout.repositoryUploads(repository))) {
        const id = tryParseUploadId(entry);
        const found = id && this.inspect(repository, id);
        if (found === undefined || found.mtimeMs >= time) continue;
        const { session, size } = found;
        yield size > session.offset ? { ...session, staged: size } : session;
      }
    }
  }

  /** Releases every held session, so that other processes need not wait for it. */
  async close(): Promise<void> {
    await Promise.all([...this.held].map((upload) => upload.close(CLOSE_PATIENCE_MS)));
  }

  private directory(repository: RepositoryName, id: UploadId): UploadDirectory {
    return new UploadDirectory(this.parts.layout.upload(repository, id), this.parts.durability);
  }

  private inspect(
    repository: RepositoryName,
    id: UploadId,
  ): { session: UploadSession; mtimeMs: number; size: number } | undefined {
    const directory = this.directory(repository, id);
    // If the staged file is renamed between the two calls, the next round finds it.
    for (;;) {
      const state = directory.state();
      if (state === undefined) return undefined;
      const file = directory.inspect(state);
      if (file === undefined) continue;
      const offset = Math.min(state.offset, file.size);
      const session = {
        id,
        repository,
        algorithm: state.algorithm,
        offset,
        ...keptLogin(state.by),
      };
      return { session, mtimeMs: file.mtimeMs, size: file.size };
    }
  }

  private async hold(
    owner: Pick<UploadSession, 'repository' | 'id'>,
    directory: UploadDirectory,
    state: UploadState,
  ): Promise<HeldUpload> {
    const { durability, space, buffers, files, links, staleAfterMs } = this.parts;
    const file = new StagedHandle(directory.pathOf(state));
    const size = directory.inspect(state)?.size;
    if (size === undefined) throw busyUpload(state.offset);
    const offset = Math.min(state.offset, size);
    // Bytes after the offset were never acknowledged, and a crash may have left any bytes there.
    const isCut = size === offset || (await succeedsIfPresent(file.truncate(offset)));
    if (!isCut) throw busyUpload(offset);
    const upload = new FileUpload({
      session: { ...owner, algorithm: state.algorithm, offset },
      state: offset === state.offset ? state : { ...state, offset, knownDigest: undefined },
      directory,
      file,
      hashes: this.hashes,
      durability,
      space,
      buffers,
      touchEveryMs: staleAfterMs / 4,
      seal: (path, size) => files.touch(path, size),
      publish: (staged) => links.commit(owner.repository, staged),
      onEnd: (ended) => this.held.delete(ended),
    });
    this.held.add(upload);
    return upload;
  }
}
