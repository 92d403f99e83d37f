import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DevTools } from './devtools.js';
import { Page } from './page.js';
import { LOCAL_SWITCHES } from './switches.js';

const SWITCHES = [
  ...['--headless=new', '--remote-debugging-pipe', '--no-first-run', '--disable-gpu'],
  ...['--disable-extensions', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
  ...LOCAL_SWITCHES,
];

/** Debian's Chromium without a window, with a profile of its own. */
export class Chromium {
  private constructor(
    private readonly browser: ChildProcess,
    private readonly tools: DevTools,
    private readonly profile: string,
  ) {}

  static async start(): Promise<Chromium> {
    const profile = await mkdtemp(join(tmpdir(), 'berth-chromium-'));
    const browser = spawn('chromium', [...SWITCHES, `--user-data-dir=${profile}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    await once(browser, 'spawn');
    process.once('exit', () => browser.kill('SIGKILL'));
    return new Chromium(browser, new DevTools(browser), profile);
  }

  /** Opens a page in a new window, and waits until it is loaded. */
  open(url: string): Promise<Page> {
    return Page.open(this.tools, url);
  }

  /** Ends the browser, and removes its profile. */
  async close(): Promise<void> {
    const ended = once(this.browser, 'exit');
    await this.tools.send('Browser.close');
    await ended;
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
