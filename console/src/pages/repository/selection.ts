import { useState } from 'react';

/** The rows that a person ticked, by their names. */
export interface Selection {
  readonly names: ReadonlySet<string>;
  readonly has: (name: string) => boolean;
  readonly toggle: (name: string) => void;
  readonly set: (names: readonly string[]) => void;
}

/** Keeps which rows are ticked. */
export function useSelection(): Selection {
  const [names, setNames] = useState<ReadonlySet<string>>(new Set());
  return {
    names,
    has: (name) => names.has(name),
    toggle: (name) =>
      setNames((before) => {
        const after = new Set(before);
        if (!after.delete(name)) after.add(name);
        return after;
      }),
    set: (all) => setNames(new Set(all)),
  };
}
