/** A file of an image archive; a link has the content of another path. */
export interface ArchivedFile {
  readonly linkTo?: string;
}

/** The files of an image archive: a directory or a tar file. Paths are relative and use '/'. */
export interface ImageFiles {
  /** The path of the archive, used in messages. */
  readonly name: string;

  list(): Promise<ReadonlyMap<string, ArchivedFile>>;

  /** Passes the content of each existing `wanted` file to `visitor`, one after the other, in the archive's order. */
  visit(wanted: ReadonlySet<string>, visitor: FileVisitor): Promise<void>;
}

export type FileVisitor = (path: string, content: AsyncIterable<Uint8Array>) => Promise<void>;

/** An archive that cannot be loaded; the message says which and why. */
export class UnusableSeed extends Error {
  override readonly name = 'UnusableSeed';
}

/** Returns the error for an unreadable archive, with the reason: its permissions or its content. */
export function unreadable(archive: string, cause: unknown): UnusableSeed {
  const { code, message } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : {};
  const uid = process.getuid?.() ?? '?';
  const why =
    code === 'EACCES'
      ? `cannot be read by uid ${uid}, which Berth runs as: make it readable for that user`
      : `cannot be read as a tar file: ${message ?? String(cause)}`;
  return new UnusableSeed(`${archive} ${why}`, { cause });
}

/** The size limit of files that are read whole: indexes and manifests, which are never larger. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** Reads the existing `wanted` files whole. */
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
