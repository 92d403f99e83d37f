import { open, type FileHandle } from 'node:fs/promises';

/** The open file of a held session. It is opened when it is used first, because a commit of known bytes needs only its name. */
export class StagedHandle {
  private opening: Promise<FileHandle> | undefined;
  private handle: FileHandle | undefined;
  private closed = false;

  /** @param path the name that the file has until it is opened */
  constructor(private readonly path: string) {}

  /** The file, if it is open. */
  get opened(): FileHandle | undefined {
    return this.handle;
  }

  /** Opens the file, the first time. @throws ENOENT if it has another name by now */
  async open(): Promise<FileHandle> {
    if (this.closed) throw new Error('the upload is no longer held');
    this.opening ??= open(this.path, 'r+');
    return (this.handle ??= await this.opening);
  }

  /** Cuts the file after `length` bytes. @throws ENOENT as `open`; after any failure, the file is closed */
  async truncate(length: number): Promise<void> {
    try {
      await (await this.open()).truncate(length);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Closes the file if it was opened. It cannot be opened any more. */
  async close(): Promise<void> {
    this.closed = true;
    const handle = await this.opening?.catch(() => undefined);
    await handle?.close();
  }
}
