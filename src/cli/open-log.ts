import { isatty } from 'node:tty';

import { type LogSettings } from '../config/sections/log.settings.js';
import { ProcessLog } from '../log/process-log.js';
import { openStandardOutput } from '../log/standard-output.js';

/** Opens the log of a server on its standard output. An error that ends the process is its last line. */
export function openLog({ level, format }: LogSettings): ProcessLog {
  const log = new ProcessLog({ level, format, colors: isatty(1) }, openStandardOutput());
  process.on('uncaughtExceptionMonitor', (error) => {
    log.fatal(`the process ends by an error: ${error.message}`, error.stack, 'Registry');
  });
  return log;
}

/** Prints a text about the start or the end at every level: as it is for people, or its lines as JSON. */
export function announce(log: ProcessLog, { format }: LogSettings, text: string): void {
  if (format === 'text') process.stdout.write(`${text}\n`);
  else for (const line of text.split('\n')) log.announce('Server', line);
}
