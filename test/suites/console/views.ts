import { it } from '@jest/globals';

/** How a person looks at a page. */
export interface View {
  readonly scheme: 'light' | 'dark';
  /** The width of the window in pixels. */
  readonly width: 390 | 1280;
}

export const DESK: View = { scheme: 'light', width: 1280 };
export const PHONE: View = { scheme: 'light', width: 390 };

/**
 * Runs a test in a window of each width. The phone begins in the dark. `violationsOf` looks at both colour schemes, so that each state of a
 * page is looked at in both schemes at both widths.
 */
export function itAtEachWidth(title: string, test: (view: View) => Promise<void>): void {
  it.each([DESK, { ...PHONE, scheme: 'dark' } as const])(`${title}: $width px`, test);
}
