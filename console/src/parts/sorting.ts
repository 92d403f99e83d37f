/** An order as the API writes it: `pushedAt`, or `-pushedAt` for the other way round. */
export type Sort = string;

/** Returns the field of an order. */
export function fieldOf(sort: Sort): string {
  return sort.replace(/^-/, '');
}

/** Returns the order of a column as `aria-sort` names it. */
export function ariaSort(sort: Sort, field: string): 'ascending' | 'descending' | 'none' {
  if (fieldOf(sort) !== field) return 'none';
  return sort.startsWith('-') ? 'descending' : 'ascending';
}

/** What a column sorts, which decides what comes first and how the order is named. */
export type SortedThing = 'text' | 'version' | 'size' | 'time';

/** The name of each order, the usual one first. */
const ORDERS: Readonly<Record<SortedThing, readonly [string, string]>> = {
  text: ['A to Z', 'Z to A'],
  version: ['highest first', 'lowest first'],
  size: ['largest first', 'smallest first'],
  time: ['newest first', 'oldest first'],
};

/** Returns the order after a click on the head of a column. Only texts begin with the first. */
export function nextSort(sort: Sort, field: string, thing: SortedThing): Sort {
  if (fieldOf(sort) === field) return sort.startsWith('-') ? field : `-${field}`;
  return thing === 'text' ? field : `-${field}`;
}

/** Returns both orders of a column with their names. */
export function sortChoices(
  title: string,
  field: string,
  thing: SortedThing,
): { readonly value: Sort; readonly label: string }[] {
  const usual = nextSort('', field, thing);
  return [usual, nextSort(usual, field, thing)].map((value, at) => ({
    value,
    label: `${title}, ${ORDERS[thing][at] ?? ''}`,
  }));
}
