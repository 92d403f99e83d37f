import { bytesText } from '../../parts/format.js';

/** Returns the sum of sizes. */
export function bytesOf(contents: readonly { readonly size: number }[]): number {
  return contents.reduce((sum, { size }) => sum + size, 0);
}

/** Returns how much larger or smaller something is, such as `+1.2 MiB (+3 %)`. */
export function changeText(before: number, after: number): string {
  if (before === after) return 'none';
  const sign = after > before ? '+' : '−';
  const bytes = `${sign}${bytesText(Math.abs(after - before))}`;
  const percent = Math.round((Math.abs(after - before) * 100) / before);
  return before === 0 || percent === 0 ? bytes : `${bytes} (${sign}${percent} %)`;
}
