import { type Change } from '../../parts/change.js';

/** A file or a link of an image, as the API says it. */
export interface ComparedFile {
  readonly kind: 'file' | 'link';
  readonly size?: number;
  /** The permission bits. */
  readonly mode?: number;
  readonly digest?: string;
  readonly linkTo?: string;
}

/** A file that differs. */
export interface FileChange {
  readonly path: string;
  readonly change: Change;
  readonly a?: ComparedFile;
  readonly b?: ComparedFile;
}

/** How far the registry has read the layers. */
export interface ReadLayers {
  readonly readBytes: number;
  readonly totalBytes: number;
}

/** One line of the answer. */
export type FilesLine =
  FileChange | { readonly progress: ReadLayers } | { readonly failed: string };

/** What the changes are, in numbers. */
export interface ChangeCounts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** How much larger the files of the second image are, not compressed. */
  readonly bytes: number;
}

/** Returns what the changes are, in numbers. */
export function countsOf(changes: readonly FileChange[]): ChangeCounts {
  const counts = { added: 0, removed: 0, changed: 0, bytes: 0 };
  for (const { change, a, b } of changes) {
    counts[change]++;
    counts.bytes += (b?.size ?? 0) - (a?.size ?? 0);
  }
  return counts;
}

/** Returns what about a file has changed, in words. */
export function detailOf({ change, a, b }: FileChange): string {
  if (change !== 'changed') return linkText(a ?? b);
  if (a?.kind !== b?.kind)
    return b?.kind === 'link' ? `now a link to ${b.linkTo ?? ''}` : 'now a file';
  if (a?.linkTo !== b?.linkTo) return `link to ${a?.linkTo ?? ''}, now ${b?.linkTo ?? ''}`;
  const parts = [
    ...(a?.digest === b?.digest ? [] : ['content']),
    ...(a?.mode === b?.mode ? [] : [`mode ${octal(a?.mode)}, now ${octal(b?.mode)}`]),
  ];
  return parts.join(', ');
}

function linkText(file: ComparedFile | undefined): string {
  return file?.linkTo === undefined ? '–' : `link to ${file.linkTo}`;
}

function octal(mode = 0): string {
  return mode.toString(8).padStart(4, '0');
}
