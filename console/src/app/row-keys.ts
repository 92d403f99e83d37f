/** Keys that act on the rows of tables. A row is an element with `data-row`, as `parts/data-table.tsx` writes it. */

/** What a key presses within the row that has the focus. */
const BUTTONS: Readonly<Record<string, string>> = {
  c: '[data-row-copy] button',
  x: 'input[type="checkbox"]',
};

/** Does what a key means for rows. Returns whether it means something. */
export function actOnRow(key: string): boolean {
  const current = document.activeElement?.closest('[data-row]') ?? null;
  if (key === 'j' || key === 'k') return focusRow(current, key === 'j' ? 1 : -1);
  const selector = BUTTONS[key];
  const button = selector === undefined ? null : current?.querySelector<HTMLElement>(selector);
  button?.click();
  return button != null;
}

/** Moves the focus to the link of the next row. */
function focusRow(current: Element | null, step: number): boolean {
  const rows = [...document.querySelectorAll('[data-row]')];
  const at = current === null ? (step > 0 ? -1 : rows.length) : rows.indexOf(current);
  const link = rows[at + step]?.querySelector<HTMLElement>('a, button');
  link?.focus();
  return link != null;
}
