import { type DigestAlgorithm } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  keptLogin,
  newUploadId,
  type UploadId,
  type UploadSession,
} from '../../domain/upload-session.js';
import { UploadStore, type HeldUpload } from '../ports/upload-store.js';
import { busyUpload, unknownUpload } from '../protocol/failures.js';
import { listing, promiseOf } from './asynchronous.js';
import { MemoryHeldUpload, type UploadContext } from './held-upload.js';
import { CountedMap } from './memory-budget.js';
import { StagedUpload } from './staged-upload.js';

/** How many bytes a session takes besides its content: its running hash, and the objects around it. An estimate. */
const BYTES_PER_SESSION = 2_000;

export class MemoryUploadStore extends UploadStore {
  private readonly uploads: CountedMap<UploadId, StagedUpload>;
  private readonly context: UploadContext;

  constructor(context: Omit<UploadContext, 'forget'>) {
    super();
    this.uploads = new CountedMap(context.budget, () => BYTES_PER_SESSION);
    this.context = { ...context, forget: ({ id }) => this.uploads.delete(id) };
  }

  override begin(
    repository: RepositoryName,
    algorithm: DigestAlgorithm,
    by?: string,
  ): Promise<UploadSession> {
    return promiseOf(() => {
      this.context.budget.requireRecord();
      const begun = { id: newUploadId(), repository, algorithm, ...keptLogin(by) };
      const upload = new StagedUpload(begun, this.context.now());
      this.uploads.set(upload.id, upload);
      return upload.session();
    });
  }

  override find(repository: RepositoryName, id: UploadId): Promise<UploadSession | undefined> {
    return Promise.resolve(this.lookUp(repository, id)?.session());
  }

  override open(repository: RepositoryName, id: UploadId): Promise<HeldUpload> {
    return promiseOf(() => {
      const upload = this.lookUp(repository, id);
      if (upload === undefined) throw unknownUpload();
      return this.takeHold(upload);
    });
  }

  override idleSince(time: number): AsyncIterable<UploadSession> {
    return listing(() =>
      [...this.uploads.values()]
        .filter(({ lastWritten }) => lastWritten < time)
        .map((upload) => upload.listed()),
    );
  }

  private lookUp(repository: RepositoryName, id: UploadId): StagedUpload | undefined {
    const upload = this.uploads.get(id);
    return upload?.repository === repository ? upload : undefined;
  }

  private takeHold(upload: StagedUpload): HeldUpload {
    if (upload.holder?.isAtWork() === true) throw busyUpload(upload.bytes.size);
    upload.holder?.leave();
    upload.holder = new MemoryHeldUpload(upload, this.context);
    return upload.holder;
  }
}
