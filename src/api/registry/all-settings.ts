import { type Provider } from '@nestjs/common';

import { section } from '../../config/config.module.js';
import { givenTexts, rowsOf } from '../../config/setting.js';
import { SECTIONS, type SectionName } from '../../config/settings.js';
import { type SettingDto } from './registry.dto.js';

export type ShownSetting = SettingDto;

/** The token of the settings in the form that people see. */
export const ALL_SETTINGS = Symbol('all settings as people see them');

/** Replaces the value of a secret. */
const MASK = '********';

const names = Object.keys(SECTIONS) as SectionName[];

/** Provides all settings of the application, with secrets masked. */
export const allSettingsProvider: Provider = {
  provide: ALL_SETTINGS,
  inject: names.map((name) => section(name)),
  useFactory: (...sections: object[]): ShownSetting[] =>
    names.flatMap((name, index) => shownSection(name, sections[index] ?? {})),
};

function shownSection(name: SectionName, values: object): ShownSetting[] {
  const texts = givenTexts(values);
  return rowsOf(SECTIONS[name]).map(({ variable, defaultText, summary, secret }) => {
    const { text, origin } = texts.get(variable) ?? { text: defaultText, origin: 'default' };
    const value = secret && text !== '' ? MASK : text;
    return { variable, section: name, value, default: defaultText, origin, summary };
  });
}
