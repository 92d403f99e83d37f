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

/** The proxies in the variables that most programs read. They are not settings, because the whole machine has them. */
export interface EnvironmentProxies {
  /** The proxy for URLs with https. */
  readonly https?: string;
  /** The hosts that are reached without a proxy. */
  readonly none?: string;
}

/** Returns the proxies of the environment. As in curl, the variables with small letters have priority. */
export function proxyVariables(): EnvironmentProxies {
  const https = variable('https_proxy') ?? variable('HTTPS_PROXY');
  const none = variable('no_proxy') ?? variable('NO_PROXY');
  return { ...(https && { https }), ...(none && { none }) };
}

/** An empty variable is the same as none. */
function variable(name: string): string | undefined {
  return process.env[name] || undefined;
}

/**
 * Gives the process more threads for file operations, unless their number is already set. A few fsyncs block the four threads that
 * libuv uses by default.
 */
export function enlargeThreadPool(): void {
  // libuv reads the variable on first use.
  process.env['UV_THREADPOOL_SIZE'] ??= '16';
}
