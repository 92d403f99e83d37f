import { loadSettings, type Settings } from './settings.js';
import { CONFIG_VARIABLE, type SettingsFile, type Texts } from './setting.js';

/**
 * Reads the settings of this process: from the environment, and from the file that `REGISTRY_CONFIG` names, if any.
 *
 * @throws InvalidSettings @throws InvalidFile that names every mistake by line and column
 */
export async function readSettings(environment: Texts): Promise<Settings> {
  return loadSettings(environment, await fileOf(environment));
}

/** Returns the settings file of the environment, or `undefined` without one. @throws InvalidFile */
export async function fileOf(environment: Texts): Promise<SettingsFile | undefined> {
  const path = environment[CONFIG_VARIABLE] ?? '';
  if (path === '') return undefined;
  // Imported here so that only registries with a settings file load the YAML parser.
  const [{ readText }, { readSettingsFile }] = await Promise.all([
    import('../files/watched-file.js'),
    import('./settings-file.js'),
  ]);
  return readSettingsFile(await readText(path), path);
}
