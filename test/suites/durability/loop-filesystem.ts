import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { PROGRAM_PATH } from './requirements.ts';

/** The image file is sparse: it takes only the space of what is written. */
const IMAGE_BYTES = 8 * 1024 ** 3;
/**
 * Disables ext4's help for programs that do not fsync what they rename, and writes the journal each
 * second. So names reach the disk long before bytes.
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

  /** Creates the file system in `folder`, which must not exist yet, and mounts it. */
  static create(folder: string): LoopFilesystem {
    const created = new LoopFilesystem(folder);
    mkdirSync(created.mountPoint, { recursive: true });
    writeFileSync(created.image, '');
    truncateSync(created.image, IMAGE_BYTES);
    run('mkfs.ext4', ['-q', '-F', '-m', '0', created.image]);
    created.mount();
    return created;
  }

  // Mounting and unmounting block, so that `mounted` is correct whenever a signal arrives.
  mount(): void {
    run('mount', ['-o', MOUNT_OPTIONS, this.image, this.mountPoint]);
    this.mounted = true;
  }

  /**
   * Cuts the power: data that is not on the device is lost.
   *
   * Without `-f`, which would flush the journal first, xfs_io uses EXT4_GOING_FLAGS_NOLOGFLUSH.
   */
  async cutPower(): Promise<void> {
    const args = ['-x', '-c', 'shutdown', this.mountPoint];
    await promisify(execFile)('xfs_io', args, { env: ENVIRONMENT });
  }

  async unmount(): Promise<void> {
    // The kernel may release the files of a killed process a moment after its end.
    for (let attempt = 1; !this.tryUnmount(attempt === UNMOUNT_ATTEMPTS); attempt++) {
      await sleep(UNMOUNT_PAUSE_MS);
    }
  }

  /** Removes the mount, the loop device and the file. It blocks, so that a process can do it last. */
  remove(): void {
    for (let attempt = 1; this.mounted; attempt++) {
      if (this.tryUnmount(false)) break;
      if (attempt === LAST_ATTEMPTS) {
        // A server that is just starting is ended a moment later, and then releases the mount.
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

/** Returns the program's error message, or `undefined` on success. */
function tryRun(program: string, args: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync(program, args, {
    env: ENVIRONMENT,
    encoding: 'utf8',
  });
  if (status === 0) return undefined;
  return `${program} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`;
}
