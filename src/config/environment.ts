import { existsSync } from 'node:fs';

/** Returns the environment variables, with defaults from a `.env` file in the working directory. */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** Returns the password for commands that log in to a registry. It is not a setting, because it belongs to the client. */
export function passwordVariable(): string | undefined {
  return process.env['BERTH_PASSWORD'];
}

/**
 * Gives the process more threads for file operations, unless their number is already set. A few fsyncs block the four threads that
 * libuv uses by default.
 */
export function enlargeThreadPool(): void {
  // libuv reads the variable on first use.
  process.env['UV_THREADPOOL_SIZE'] ??= '16';
}
