import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';

import { type FileEntry, type LayerEntry } from './unpack-layer.js';

/** A file of an image: text if it is UTF-8, else its bytes; or a symbolic link. */
export type ImageFile = string | Buffer | { readonly linkTo: string };

/** The files of an image by path, without directories. */
export type ImageFiles = Readonly<Record<string, ImageFile>>;

type Directory = Map<string, Directory | ImageFile>;

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** As many symbolic links as Linux follows in one path. */
const MAX_LINKS = 40;

/** A short entry of a layer can create many directories, or lead to a long path. */
const MAX_NODES = 500_000;
const MAX_PATH_CHARACTERS = 64 * 1024 * 1024;

/**
 * The files of layers that are laid over each other.
 *
 * Source: OCI image specification, "Image Layer Filesystem Changeset".
 */
export class MergedFiles {
  private readonly root: Directory = new Map();
  private nodes = 0;

  /** Lays a layer over the files. @throws Error for a layer that has no sensible meaning */
  add(layer: readonly LayerEntry[]): void {
    // A whiteout hides what is in lower layers only, wherever it stands in its own layer.
    for (const { path } of layer) this.hide(path);
    for (const entry of layer) this.put(entry);
  }

  /** Returns the files in the order of their paths. @throws Error if the paths are too long together */
  get all(): ImageFiles {
    const found = [...filesIn(this.root, '')];
    const characters = found.reduce((sum, [path]) => sum + path.length, 0);
    if (characters > MAX_PATH_CHARACTERS) throw new Error('the paths of its files are too long');
    return Object.fromEntries(found.sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  private hide(path: string): void {
    const { dir, base } = posix.parse(path);
    if (!base.startsWith(WHITEOUT)) return;
    const directory = this.find(dir);
    if (base === OPAQUE) directory?.clear();
    else directory?.delete(base.slice(WHITEOUT.length));
  }

  private put(entry: LayerEntry): void {
    const { dir, base } = posix.parse(entry.path);
    if (base === '' || base.startsWith(WHITEOUT)) return;
    const directory = this.make(dir);
    if (entry.kind === 'directory') this.putDirectory(directory, base);
    else if (entry.kind === 'other') directory.delete(base);
    else this.set(directory, base, this.fileOf(entry));
  }

  /** A directory over a link to a directory leaves the link, as tar programs do. */
  private putDirectory(above: Directory, name: string): void {
    const node = above.get(name);
    if (!isDirectory(node) && !isLink(node)) this.set(above, name, new Map());
  }

  private fileOf(entry: FileEntry): ImageFile {
    if (entry.kind === 'link') return { linkTo: entry.target };
    if (entry.kind === 'file') {
      return isUtf8(entry.content) ? entry.content.toString() : entry.content;
    }
    const { dir, base } = posix.parse(entry.target);
    const target = this.find(dir)?.get(base);
    if (target !== undefined && !isDirectory(target)) return target;
    throw new Error(`${entry.path} is a hard link to ${entry.target}, which is not a file`);
  }

  /** Returns the directory at `path`, and creates it with those above it if necessary. */
  private make(path: string): Directory {
    return this.walk(path, (above, name) => this.set(above, name, new Map())) ?? this.root;
  }

  private find(path: string): Directory | undefined {
    return this.walk(path, () => undefined);
  }

  /** Follows the path of a directory and the symbolic links in it, without leaving the image. */
  private walk(
    path: string,
    missing: (above: Directory, name: string) => Directory | undefined,
  ): Directory | undefined {
    const ahead = partsOf(path).reverse();
    let here = this.root;
    let way: string[] = [];
    let links = 0;
    for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
      const next = here.get(name);
      if (isLink(next)) {
        if (++links > MAX_LINKS) throw new Error(`${path} has too many symbolic links`);
        const target = posix.resolve('/', way.join('/'), next.linkTo);
        for (const part of partsOf(target).reverse()) ahead.push(part);
        [here, way] = [this.root, []];
        continue;
      }
      const found = isDirectory(next) ? next : missing(here, name);
      if (found === undefined) return undefined;
      here = found;
      way.push(name);
    }
    return here;
  }

  private set<Node extends Directory | ImageFile>(
    above: Directory,
    name: string,
    node: Node,
  ): Node {
    if (++this.nodes > MAX_NODES) throw new Error(`it has more than ${MAX_NODES} files`);
    above.set(name, node);
    return node;
  }
}

function* filesIn(directory: Directory, prefix: string): Iterable<[string, ImageFile]> {
  for (const [name, node] of directory) {
    const path = prefix === '' ? name : `${prefix}/${name}`;
    if (isDirectory(node)) yield* filesIn(node, path);
    else yield [path, node];
  }
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function isDirectory(node: Directory | ImageFile | undefined): node is Directory {
  return node instanceof Map;
}

function isLink(node: Directory | ImageFile | undefined): node is { readonly linkTo: string } {
  return typeof node === 'object' && 'linkTo' in node;
}
