import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { PROGRAM_PATH } from './requirements.ts';

/** Sparse: the file takes only what is written. */
const IMAGE_BYTES = 8 * 1024 ** 3;
/**
 * Without the kindness that ext4 has for programs that forget to fsync what they rename or copy, and with the journal
 * written each second, by which names reach the disk long before bytes.
 */
const MOUNT_OPTIONS = 'loop,noauto_da_alloc,commit=1';

const UNMOUNT_ATTEMPTS = 50;
const UNMOUNT_PAUSE_MS = 100;
const LAST_ATTEMPTS = 10;

const ENVIRONMENT = { ...process.env, PATH: PROGRAM_PATH };

/** An ext4 file system in a file, mounted through a loop device, whose power can be cut. */
export class LoopFilesystem {
  readonly mountPoint: string;
  private readonly folder: string;
  private readonly image: string;
  private mounted = false;

  private constructor(folder: string) {
    this.folder = folder;
    this.image = join(folder, 'ext4.image');
    this.mountPoint = join(folder, 'mount');
  }

  /** Makes the file system in `folder`, which must not be there yet, and mounts it. */
  static create(folder: string): LoopFilesystem {
    const created = new LoopFilesystem(folder);
    mkdirSync(created.mountPoint, { recursive: true });
    writeFileSync(created.image, '');
    truncateSync(created.image, IMAGE_BYTES);
    run('mkfs.ext4', ['-q', '-F', '-m', '0', created.image]);
    created.mount();
    return created;
  }

  // Mounting and unmounting block: a signal between the two must find `mounted` to be true to the fact.
  mount(): void {
    run('mount', ['-o', MOUNT_OPTIONS, this.image, this.mountPoint]);
    this.mounted = true;
  }

  /**
   * Cuts the power: data that is not on the device yet is lost.
   *
   * Without `-f`, which would flush the journal first, xfs_io asks for EXT4_GOING_FLAGS_NOLOGFLUSH.
   */
  async cutPower(): Promise<void> {
    const args = ['-x', '-c', 'shutdown', this.mountPoint];
    await promisify(execFile)('xfs_io', args, { env: ENVIRONMENT });
  }

  async unmount(): Promise<void> {
    // The kernel may let go of a killed process's files a moment after the process is gone.
    for (let attempt = 1; !this.tryUnmount(attempt === UNMOUNT_ATTEMPTS); attempt++) {
      await sleep(UNMOUNT_PAUSE_MS);
    }
  }

  /** Leaves no mount, no loop device and no file. Blocks, so that it can be the last act of a process. */
  remove(): void {
    for (let attempt = 1; this.mounted; attempt++) {
      if (this.tryUnmount(false)) break;
      if (attempt === LAST_ATTEMPTS) {
        // A server that is starting just now is ended a moment later, and lets go of it.
        this.mounted = false;
        run('umount', ['--lazy', this.mountPoint]);
      } else {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, UNMOUNT_PAUSE_MS);
      }
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private tryUnmount(throwFailure: boolean): boolean {
    if (!this.mounted) return true;
    const failure = tryRun('umount', [this.mountPoint]);
    if (failure === undefined) this.mounted = false;
    else if (throwFailure) throw new Error(failure);
    return !this.mounted;
  }
}

function run(program: string, args: readonly string[]): void {
  const failure = tryRun(program, args);
  if (failure !== undefined) throw new Error(failure);
}

/** The program's error message, or `undefined` when it succeeded. */
function tryRun(program: string, args: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync(program, args, {
    env: ENVIRONMENT,
    encoding: 'utf8',
  });
  if (status === 0) return undefined;
  return `${program} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`;
}
