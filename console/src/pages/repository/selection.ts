import { createContext, useState } from 'react';

/** The rows that a person ticked, by their names. */
export interface Selection {
  readonly has: (name: string) => boolean;
  readonly toggle: (name: string) => void;
  readonly set: (names: readonly string[]) => void;
}

/** The selection of the table around a checkbox. A column that had it itself would make all rows again at each tick. */
export const SelectionContext = createContext<Selection | undefined>(undefined);

/** Keeps which rows are ticked. */
export function useSelection(): Selection {
  const [names, setNames] = useState<ReadonlySet<string>>(new Set());
  return {
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
