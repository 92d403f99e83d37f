import { posix } from 'node:path';

import { type FileEntry, type LayerEntry } from './read-layer.js';

export interface Link {
  readonly linkTo: string;
}

/** The files, links and directories of a directory, by name. */
export type Directory<Content> = Map<string, Node<Content>>;

export type Node<Content> = Directory<Content> | Content | Link;

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** As many symbolic links as Linux follows in one path. */
const MAX_LINKS = 40;

/** A short entry of a layer can create many directories. */
const MAX_NODES = 500_000;

/**
 * The files of layers that are laid over each other.
 *
 * Source: OCI image specification, "Image Layer Filesystem Changeset".
 */
export class MergedFiles<Content> {
  readonly root: Directory<Content> = new Map();
  private nodes = 0;

  /** @param maxNodes how many files, links and directories the layers may make, also those that are replaced */
  constructor(private readonly maxNodes = MAX_NODES) {}

  /** Returns a copy, to which other layers can be added. */
  copy(): MergedFiles<Content> {
    const copied = new MergedFiles<Content>(this.maxNodes);
    copied.nodes = this.nodes;
    const ahead = [[this.root, copied.root] as const];
    for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
      const [from, to] = next;
      for (const [name, node] of from) {
        const below = isDirectory(node) ? new Map<string, Node<Content>>() : undefined;
        to.set(name, below ?? node);
        if (below !== undefined && isDirectory(node)) ahead.push([node, below]);
      }
    }
    return copied;
  }

  /** Lays a layer over the files. @throws Error for a layer that has no sensible meaning */
  add(layer: readonly LayerEntry<Content>[]): void {
    // A whiteout hides what is in lower layers only, wherever it stands in its own layer.
    for (const { path } of layer) this.hide(path);
    for (const entry of layer) this.put(entry);
  }

  /** Removes what a whiteout hides. Any other path is ignored. */
  hide(path: string): void {
    const { dir, base } = posix.parse(path);
    if (!base.startsWith(WHITEOUT)) return;
    const directory = this.find(dir);
    if (base === OPAQUE) directory?.clear();
    else directory?.delete(base.slice(WHITEOUT.length));
  }

  /** Adds one entry. A whiteout is ignored. @throws Error for an entry that has no sensible meaning */
  put(entry: LayerEntry<Content>): void {
    const { dir, base } = posix.parse(entry.path);
    if (base === '' || base.startsWith(WHITEOUT)) return;
    const directory = this.make(dir);
    if (entry.kind === 'directory') this.putDirectory(directory, base);
    else if (entry.kind === 'other') directory.delete(base);
    else this.set(directory, base, this.fileOf(entry));
  }

  /** A directory over a link to a directory leaves the link, as tar programs do. */
  private putDirectory(above: Directory<Content>, name: string): void {
    const node = above.get(name);
    if (!isDirectory(node) && !isLink(node))
      this.set(above, name, new Map<string, Node<Content>>());
  }

  private fileOf(entry: FileEntry<Content>): Content | Link {
    if (entry.kind === 'link') return { linkTo: entry.target };
    if (entry.kind === 'file') return entry.content;
    const { dir, base } = posix.parse(entry.target);
    const target = this.find(dir)?.get(base);
    if (target !== undefined && !isDirectory(target)) return target;
    throw new Error(`${entry.path} is a hard link to ${entry.target}, which is not a file`);
  }

  /** Returns the directory at `path`, and creates it with those above it if necessary. */
  private make(path: string): Directory<Content> {
    return (
      this.walk(path, (above, name) => this.set(above, name, new Map<string, Node<Content>>())) ??
      this.root
    );
  }

  private find(path: string): Directory<Content> | undefined {
    return this.walk(path, () => undefined);
  }

  /** Follows the path of a directory and the symbolic links in it, without leaving the image. */
  private walk(
    path: string,
    missing: (above: Directory<Content>, name: string) => Directory<Content> | undefined,
  ): Directory<Content> | undefined {
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

  private set<T extends Node<Content>>(above: Directory<Content>, name: string, node: T): T {
    if (++this.nodes > this.maxNodes) throw new Error(`it has more than ${this.maxNodes} files`);
    above.set(name, node);
    return node;
  }
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

export function isDirectory<Content>(node: Node<Content> | undefined): node is Directory<Content> {
  return node instanceof Map;
}

export function isLink(node: unknown): node is Link {
  return typeof node === 'object' && node !== null && 'linkTo' in node;
}
