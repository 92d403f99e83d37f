import { byteOrder } from '../../domain/byte-order.js';
import { isDirectory, isLink, type Directory, type Node } from '../layers/merged-files.js';
import { type FileFacts } from './file-facts.js';

/** A file or a symbolic link of an image. */
export type ComparedFile =
  | {
      readonly kind: 'file';
      readonly size: number;
      /** The permission bits, as in `chmod`. */
      readonly mode: number;
      readonly digest: string;
    }
  | { readonly kind: 'link'; readonly linkTo: string };

export interface FileChange {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly a?: ComparedFile;
  readonly b?: ComparedFile;
}

type Tree = Directory<FileFacts> | undefined;

/** Nodes of the same name in both trees. A name can be a directory in one and a file in the other: then there are two pairs. */
interface Pair {
  readonly path: string;
  readonly a: Node<FileFacts> | undefined;
  readonly b: Node<FileFacts> | undefined;
}

/** Yields the files that differ, in the byte order of their paths. Directories themselves are not compared. */
export function* fileChanges(a: Tree, b: Tree): Generator<FileChange> {
  // A stack of its own, because a layer can nest directories deeper than calls can go. The next pair is the last one.
  const ahead = pairsOf('', a, b).reverse();
  for (let pair = ahead.pop(); pair !== undefined; pair = ahead.pop()) {
    if (isDirectory(pair.a) || isDirectory(pair.b)) {
      const below = pairsOf(pair.path, directoryOf(pair.a), directoryOf(pair.b));
      for (const one of below.reverse()) ahead.push(one);
    } else {
      const change = changeOf(pair.path, comparedOf(pair.a), comparedOf(pair.b));
      if (change !== undefined) yield change;
    }
  }
}

function pairsOf(path: string, a: Tree, b: Tree): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const [side, tree] of [
    ['a', a],
    ['b', b],
  ] as const) {
    for (const [name, node] of tree ?? []) {
      // With its slash, a directory has the place that its files have in the byte order.
      const key = isDirectory(node) ? `${path}${name}/` : `${path}${name}`;
      const known = pairs.get(key) ?? { path: key, a: undefined, b: undefined };
      pairs.set(key, { ...known, [side]: node });
    }
  }
  return [...pairs.values()].sort((left, right) => byteOrder(left.path, right.path));
}

function directoryOf(node: Node<FileFacts> | undefined): Tree {
  return isDirectory(node) ? node : undefined;
}

function comparedOf(node: Node<FileFacts> | undefined): ComparedFile | undefined {
  if (node === undefined || isDirectory(node)) return undefined;
  if (isLink(node)) return { kind: 'link', linkTo: node.linkTo };
  const { size, mode, hash } = node;
  return {
    kind: 'file',
    size,
    mode,
    digest: `sha256:${Buffer.from(hash, 'latin1').toString('hex')}`,
  };
}

function changeOf(
  path: string,
  a: ComparedFile | undefined,
  b: ComparedFile | undefined,
): FileChange | undefined {
  if (a === undefined) return b && { path, change: 'added', b };
  if (b === undefined) return { path, change: 'removed', a };
  return isSame(a, b) ? undefined : { path, change: 'changed', a, b };
}

function isSame(a: ComparedFile, b: ComparedFile): boolean {
  if (a.kind === 'link' || b.kind === 'link') {
    return a.kind === 'link' && b.kind === 'link' && a.linkTo === b.linkTo;
  }
  return a.size === b.size && a.mode === b.mode && a.digest === b.digest;
}
