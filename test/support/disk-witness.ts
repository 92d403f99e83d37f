import * as blocking from 'node:fs';
import * as promised from 'node:fs/promises';
import { basename, dirname, relative } from 'node:path';
import { types } from 'node:util';

/** Called before a call of the file system. Returns a function to call after its success, if any. */
type Watch<Args extends unknown[], Result> = (
  ...args: Args
) => ((result: Result) => void) | undefined;

/**
 * Tracks what a power cut could lose in a tree of directories. It wraps Node's file system, and records new names and written
 * bytes until a sync that began later has ended.
 *
 * The store can only import functions that both modules provide here: add new ones first.
 */
export class DiskWitness {
  /** Names, other than temporary ones, that were given to files before their bytes were durable. */
  readonly namedBeforeDurable: string[] = [];
  /** Names and bytes that are not durable, with the number of their change. A sync that began earlier does not cover it. */
  private readonly names = new Map<string, number>();
  private readonly bytes = new Map<number, number>();
  private readonly paths = new Map<number, string>();
  private readonly descriptors = new Map<number, string>();
  private changes = 0;

  constructor(private readonly root: string) {}

  /** What a power cut could lose now: names, as paths from the root, and bytes of files. */
  get volatile(): string[] {
    const names = [...this.names.keys()].map((path) => relative(this.root, path));
    const pathOf = (inode: number) => relative(this.root, this.paths.get(inode) ?? '');
    return [...names, ...[...this.bytes.keys()].map((inode) => `bytes of ${pathOf(inode)}`)].sort();
  }

  /** Replaces `node:fs/promises`. */
  get promises(): object {
    const { constants, opendir, readdir, readFile, realpath, stat, statfs, utimes } = promised;
    const { mkdir, link, rename, copyFile, writeFile, unlink, rmdir, rm, open } = promised;
    return {
      ...{ constants, opendir, readdir, readFile, realpath, stat, statfs, utimes },
      mkdir: watched(mkdir, (path: string) => () => this.made(path)),
      link: watched(link, (_: string, to: string) => () => this.made(to)),
      rename: watched(rename, (from: string, to: string) => () => this.moved(from, to)),
      copyFile: watched(copyFile, (_: string, to: string) => () => this.filled(to)),
      writeFile: watched(writeFile, (path: string) => () => this.filled(path)),
      unlink: watched(unlink, (path: string) => this.removed(path)),
      rmdir: watched(rmdir, (path: string) => this.removed(path)),
      rm: watched(rm, (path: string) => this.removed(path)),
      open: watched(open, (path: string, flags: string) => {
        const appends = flags.startsWith('a') && !blocking.existsSync(path);
        return (handle: promised.FileHandle) => {
          if (flags.startsWith('w') || appends) this.made(path);
          this.watch(handle, path);
        };
      }),
    };
  }

  /** Replaces `node:fs`. */
  get blocking(): object {
    const { closeSync, existsSync, fstatSync, readSync, readdirSync, statSync } = blocking;
    const { constants, utimesSync, watch } = blocking;
    const { mkdirSync, linkSync, unlinkSync, openSync, writeSync, fsyncSync } = blocking;
    const pathOf = (file: number): string => this.descriptors.get(file) ?? '';
    return {
      ...{
        constants,
        closeSync,
        existsSync,
        fstatSync,
        readSync,
        readdirSync,
        statSync,
        utimesSync,
        watch,
      },
      mkdirSync: watched(mkdirSync, (path: string) => (first?: string) => {
        const end = first === undefined ? path : dirname(first);
        for (let made = path; made !== end; made = dirname(made)) this.made(made);
      }),
      linkSync: watched(linkSync, (_: string, to: string) => () => this.made(to)),
      unlinkSync: watched(unlinkSync, (path: string) => this.removed(path)),
      openSync: watched(openSync, (path: string, flags: string | number) => (file: number) => {
        this.descriptors.set(file, path);
        this.paths.set(inodeOf(path), path);
        if (typeof flags === 'string' && flags.startsWith('w')) this.made(path);
      }),
      writeSync: watched(writeSync, (file: number) => this.wrote(inodeOf(pathOf(file)))),
      fsyncSync: watched(fsyncSync, (file: number) => this.synced(pathOf(file))),
    };
  }

  private watch(handle: promised.FileHandle, path: string): void {
    const inode = inodeOf(path);
    this.paths.set(inode, path);
    const wrote = (): undefined => this.wrote(inode);
    Object.assign(handle, {
      write: watched(handle.write.bind(handle), wrote),
      writev: watched(handle.writev.bind(handle), wrote),
      writeFile: watched(handle.writeFile.bind(handle), wrote),
      truncate: watched(handle.truncate.bind(handle), wrote),
      sync: watched(handle.sync.bind(handle), () => this.synced(path, inode)),
      datasync: watched(handle.datasync.bind(handle), () => this.synced(path, inode)),
    });
  }

  private made(path: string): void {
    const inode = inodeOf(path);
    const temporary = basename(path).startsWith('~');
    if (!temporary && this.bytes.has(inode))
      this.namedBeforeDurable.push(relative(this.root, path));
    this.names.set(path, ++this.changes);
  }

  private filled(path: string): void {
    this.made(path);
    this.wrote(inodeOf(path));
  }

  private moved(from: string, to: string): void {
    this.names.delete(from);
    this.made(to);
  }

  private removed(path: string): undefined {
    const found = blocking.statSync(path, { throwIfNoEntry: false });
    if (found?.nlink === 1) this.bytes.delete(found.ino);
    this.names.delete(path);
  }

  private wrote(inode: number): undefined {
    this.bytes.set(inode, ++this.changes);
  }

  /** Returns a function for the end of a sync that begins now. It marks the synced names and bytes as durable. */
  private synced(path: string, inode = inodeOf(path)): () => void {
    const begun = this.changes;
    return () => {
      if ((this.bytes.get(inode) ?? Infinity) <= begun) this.bytes.delete(inode);
      for (const [name, made] of this.names) {
        if (dirname(name) === path && made <= begun) this.names.delete(name);
      }
    };
  }
}

function inodeOf(path: string): number {
  return blocking.statSync(path).ino;
}

/** Wraps `call`. The function that `watch` returns is called after `call` has succeeded. */
function watched<Args extends unknown[], Result>(
  call: (...args: never[]) => unknown,
  watch: Watch<Args, Result>,
): (...args: Args) => unknown {
  return (...args) => {
    const afterwards = watch(...args);
    const done = (result: unknown): unknown => {
      afterwards?.(result as Result);
      return result;
    };
    const result: unknown = Reflect.apply(call, undefined, args);
    return types.isPromise(result) ? result.then(done) : done(result);
  };
}
