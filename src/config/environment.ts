import { existsSync } from 'node:fs';

/** The environment variables, with those of a `.env` file in the working directory behind them. */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** Returns the password for commands that log in to a registry. It is not a setting, because it belongs to the client. */
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
