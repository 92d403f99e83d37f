/** A setting as far as it is searched. */
export interface SearchedSetting {
  readonly variable: string;
  readonly value: string;
  readonly default: string;
  readonly summary: string;
  readonly section: string;
}

/** Returns the settings that have all words of a search in their name, value or meaning. */
export function filterSettings<S extends SearchedSetting>(
  settings: readonly S[],
  search: string,
  onlyChanged: boolean,
): S[] {
  const words = search.toLowerCase().split(/\s+/);
  return settings.filter((setting) => {
    if (onlyChanged && setting.value === setting.default) return false;
    const { variable, value, summary, section } = setting;
    const text = `${variable} ${value} ${summary} ${section}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
