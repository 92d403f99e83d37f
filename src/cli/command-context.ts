import { readEnvironment } from '../config/environment.js';
import { readSettings } from '../config/read-settings.js';
import { counterpartOf } from '../config/settings-of-others.js';
import { unknownVariables } from '../config/settings.js';
import { type CommandContext } from './command.js';

/** Returns the context of commands that run in their own process. */
export function processContext(version: string): CommandContext {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const printError = (line: string): void => void process.stderr.write(`${line}\n`);
  const environment = (): NodeJS.ProcessEnv => {
    const texts = readEnvironment();
    for (const name of unknownVariables(texts)) {
      printError(`${name} is not a setting of Berth; ${counterpartOf(name)}`);
    }
    return texts;
  };
  return {
    version,
    print,
    printError,
    // A terminal that does not say its size has 0 columns.
    columns: process.stdout.isTTY ? process.stdout.columns || 80 : undefined,
    environment,
    settings: (typed) => readSettings({ ...environment(), ...typed }),
  };
}
