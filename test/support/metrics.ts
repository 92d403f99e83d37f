/** The samples of a text in the format of Prometheus: each series with its value. */
export function samplesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

/** Returns the sum of all series of `name` whose labels contain `labels`. */
export function sumOf(text: string, name: string, labels = ''): number {
  let sum = 0;
  for (const [series, value] of samplesOf(text)) {
    const [metric, rest = ''] = series.split('{', 2);
    if (metric === name && rest.includes(labels)) sum += value;
  }
  return sum;
}

/** A metric as its HELP and TYPE lines describe it. */
export interface Described {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

/** Returns the description of each metric. */
export function descriptionsOf(text: string): Described[] {
  const types = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]),
  );
  return [...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name = '', help = '']) => ({
    name,
    type: types.get(name) ?? '',
    help,
  }));
}
