import { existsSync } from 'node:fs';

/** The environment variables, with those of a `.env` file in the working directory behind them. */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
