import { UploadStore, type HeldUpload } from '../../../src/storage/ports/upload-store.js';
import { type Storage } from '../../../src/storage/ports/storage.js';

/** Returns the storage with uploads that cannot be read while they grow, which adapters may leave out. */
export function withUnreadableUploads(storage: Storage): Storage {
  return Object.assign(storage, { uploads: new UnreadableUploads(storage.uploads) });
}

class UnreadableUploads extends UploadStore {
  constructor(private readonly inner: UploadStore) {
    super();
  }

  override begin(...args: Parameters<UploadStore['begin']>): ReturnType<UploadStore['begin']> {
    return this.inner.begin(...args);
  }

  override find(...args: Parameters<UploadStore['find']>): ReturnType<UploadStore['find']> {
    return this.inner.find(...args);
  }

  override idleSince(time: number): ReturnType<UploadStore['idleSince']> {
    return this.inner.idleSince(time);
  }

  override async open(...args: Parameters<UploadStore['open']>): Promise<HeldUpload> {
    const upload = await this.inner.open(...args);
    return {
      get offset() {
        return upload.offset;
      },
      append: (source, announced) => upload.append(source, announced),
      commit: (digest) => upload.commit(digest),
      discard: () => upload.discard(),
      release: () => upload.release(),
    };
  }
}
