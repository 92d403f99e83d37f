import { pino } from 'pino';

import { type LineSink } from './process-log.js';

/** Longer batches could be mixed with those of other workers, which write to the same pipe. POSIX, PIPE_BUF. */
const MAX_BATCH_BYTES = 4096;

/** How long a line waits for others. A write for each line would cost more than the line. */
const WRITE_AFTER_MS = 50;

/** Lines beyond this are dropped while nobody reads the output, so that the registry goes on. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** How often a full pipe is tried again at the end of the process, 100 ms each. */
const MAX_TRIES_AT_EXIT = 20;

/**
 * Opens the standard output for the log. Lines are written in batches, and the rest when the process exits, also by an error that
 * nothing catches.
 */
export function openStandardOutput(): LineSink {
  let triesAtExit: number | undefined;
  // Before pino's own listener, which writes the rest.
  process.once('exit', () => (triesAtExit = 0));
  const output = pino.destination({
    dest: 1,
    sync: false,
    minLength: MAX_BATCH_BYTES - 1,
    maxWrite: MAX_BATCH_BYTES,
    maxLength: MAX_WAITING_BYTES,
    retryEAGAIN: () => triesAtExit === undefined || triesAtExit++ < MAX_TRIES_AT_EXIT,
  });
  output.on('error', (error: NodeJS.ErrnoException) => {
    // Its reader is gone, as after `berth serve | head -1`. A full disk, however, must not stop the registry.
    if (error.code === 'EPIPE') process.exit();
  });
  return withDelayedFlush(output);
}

/** Writes what waits for a full batch after a short time. */
function withDelayedFlush(output: ReturnType<typeof pino.destination>): LineSink {
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    timer = undefined;
    output.flush();
  };
  return {
    write: (lines) => {
      output.write(lines);
      timer ??= setTimeout(flush, WRITE_AFTER_MS).unref();
    },
  };
}
