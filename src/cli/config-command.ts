import { open } from 'node:fs/promises';

import { fileOf, readSettings } from '../config/read-settings.js';
import { CONFIG_VARIABLE, type Texts } from '../config/setting.js';
import { exampleSettingsFile } from '../config/settings-file.js';
import { allSettings } from '../config/settings.js';
import { PlainFailure } from './plain-failure.js';

type Print = (line: string) => void;

const DEFAULT_PATH = 'berth.yaml';

/** `berth config init`: writes a settings file with all defaults. @throws PlainFailure if the file exists */
export async function initConfig(path = DEFAULT_PATH, print: Print): Promise<void> {
  const file = await open(path, 'wx').catch((error: unknown) => {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const reason = exists ? 'already exists and was not changed' : String(error);
    throw new PlainFailure(`${path} ${reason}`, { cause: error });
  });
  try {
    await file.writeFile(exampleSettingsFile());
  } finally {
    await file.close();
  }
  print(`${path} has every setting with its default. Start with: berth serve --config ${path}`);
}

/**
 * `berth config show`: prints each setting, its value, and where the value comes from.
 *
 * @throws InvalidFile; and InvalidSettings at the end, if the registry would not start
 */
export async function showConfig(environment: Texts, print: Print): Promise<void> {
  const file = await fileOf(environment);
  for (const { variable, defaultText, secret } of allSettings()) {
    const own = environment[variable] ?? '';
    const filed = file?.texts[variable] ?? '';
    const value = own || filed || defaultText;
    const origin = own !== '' ? 'environment' : (file?.places[variable] ?? 'default');
    print(`${variable.padEnd(33)} ${shown(value, secret).padEnd(24)} ${origin}`);
  }
  if (file === undefined) print(`no settings file: ${CONFIG_VARIABLE} is not set`);
  await readSettings(environment);
}

function shown(value: string, secret: boolean): string {
  if (value === '') return '(empty)';
  return secret ? '********' : value;
}
