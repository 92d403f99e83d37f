import { chromium, type Browser } from 'playwright-core';

import { LOCAL_SWITCHES } from '../browsers/switches.js';

/** Starts Debian's Chromium without a window. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: [...LOCAL_SWITCHES] });
}
