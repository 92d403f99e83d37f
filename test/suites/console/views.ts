import { it } from '@jest/globals';

/** How a person looks at a page. */
export interface View {
  readonly scheme: 'light' | 'dark';
  /** The width of the window in pixels. */
  readonly width: 390 | 1280;
}

const ALL: readonly View[] = [
  { scheme: 'light', width: 1280 },
  { scheme: 'dark', width: 1280 },
  { scheme: 'light', width: 390 },
  { scheme: 'dark', width: 390 },
];

/** A page is looked at in these: each scheme and each width once, or with `npm run test:console:all` each scheme at each width. */
export const VIEWS: readonly View[] =
  process.env['CONSOLE_VIEWS'] === 'all'
    ? ALL
    : ALL.filter(({ scheme, width }) => (scheme === 'light') === (width === 1280));

export const DESK: View = { scheme: 'light', width: 1280 };
export const PHONE: View = { scheme: 'light', width: 390 };

/** Runs a test in each view. */
export function itInEachView(title: string, test: (view: View) => Promise<void>): void {
  it.each(VIEWS)(`${title}: $scheme, $width px`, test);
}
