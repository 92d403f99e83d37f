import { existsSync } from 'node:fs';

/** The environment variables, with those of a `.env` file in the working directory behind them. */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** A password for a command that logs in; no setting, since it is of nobody's registry. */
export function passwordVariable(): string | undefined {
  return process.env['BERTH_PASSWORD'];
}

/**
 * Gives the process more threads for files, unless it was started with a number of them.
 *
 * libuv reads it when it first needs one, and its own four starve behind a few fsyncs.
 */
export function enlargeThreadPool(): void {
  process.env['UV_THREADPOOL_SIZE'] ??= '16';
}
