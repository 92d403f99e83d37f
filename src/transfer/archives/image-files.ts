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

/** Returns the error for an unreadable tar file, with the reason: its permissions or its content. */
export function unreadable(archive: string, cause: unknown): UnusableSeed {
  if (cause instanceof UnusableSeed) return cause;
  return unreadableFile(archive, cause, 'cannot be read as a tar file');
}

/** Returns the error for a file that cannot be read, with its path and the reason. */
export function unreadableFile(
  path: string,
  cause: unknown,
  what = 'cannot be read',
): UnusableSeed {
  const { code, message } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : {};
  const uid = process.getuid?.() ?? '?';
  const why =
    code === 'EACCES'
      ? `cannot be read by uid ${uid}, which Berth runs as: make it readable for that user`
      : `${what}: ${message ?? String(cause)}`;
  return new UnusableSeed(`${path} ${why}`, { cause });
}

/** Returns the error for a file whose content does not have the digest in its path. */
export function damaged(archive: string, path: string): UnusableSeed {
  return new UnusableSeed(
    `${archive}: ${path} is damaged, since its content has another digest: save the image again`,
  );
}

/** Parses a document of an archive. @throws UnusableSeed that names it */
export function parseDocument(archive: string, path: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    const { message } = cause as Error;
    throw new UnusableSeed(`${archive}: ${path} is not JSON: ${message}`, { cause });
  }
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
