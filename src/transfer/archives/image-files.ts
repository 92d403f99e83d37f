/** A file of an image archive; a link has the content of another path. */
export interface ArchivedFile {
  readonly linkTo?: string;
}

/** The files of an image archive, be it a directory or a tar file. Paths are relative, with '/' between their parts. */
export interface ImageFiles {
  /** What people call the archive: its path. */
  readonly name: string;

  list(): Promise<ReadonlyMap<string, ArchivedFile>>;

  /** Hands the content of each `wanted` file that is there to `visitor`, one after the other, in the archive's own order. */
  visit(wanted: ReadonlySet<string>, visitor: FileVisitor): Promise<void>;
}

export type FileVisitor = (path: string, content: AsyncIterable<Uint8Array>) => Promise<void>;

/** An archive that cannot be loaded; the message says which and why. */
export class UnusableSeed extends Error {
  override readonly name = 'UnusableSeed';
}

/** The error for an archive that could not be read: whose it is, if that is why, or what is wrong with it. */
export function unreadable(archive: string, cause: unknown): UnusableSeed {
  const { code, message } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : {};
  const uid = process.getuid?.() ?? '?';
  const why =
    code === 'EACCES'
      ? `cannot be read by uid ${uid}, as which Berth runs: give it to that user, or make it readable for all`
      : `cannot be read as a tar file: ${message ?? String(cause)}`;
  return new UnusableSeed(`${archive} ${why}`, { cause });
}

/** No index or manifest is larger: only those are read whole. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** The whole content of those of the `wanted` files that are there. */
export async function readFiles(
  files: ImageFiles,
  wanted: Iterable<string>,
): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  await files.visit(new Set(wanted), async (path, content) => {
    contents.set(path, await readDocument(files.name, path, content));
  });
  return contents;
}

async function readDocument(
  archive: string,
  path: string,
  content: AsyncIterable<Uint8Array>,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content) {
    length += chunk.byteLength;
    if (length > MAX_DOCUMENT_BYTES) throw new UnusableSeed(`${archive}: ${path} is too large`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
