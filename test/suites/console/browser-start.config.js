import { chromium } from 'playwright-core';

import { LOCAL_SWITCHES } from '../browsers/switches.ts';

/** Starts one Chromium for all specs, each of whose tests has windows of its own. `browser.ts` connects to it. */
export default async function start() {
  const server = await chromium.launchServer({
    executablePath: '/usr/bin/chromium-headless-shell',
    args: [...LOCAL_SWITCHES],
  });
  process.env['CONSOLE_BROWSER'] = server.wsEndpoint();
  globalThis.endConsoleBrowser = () => server.close();
}
