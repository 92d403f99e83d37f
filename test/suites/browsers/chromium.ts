import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DevTools } from './devtools.js';
import { Page } from './page.js';

const SWITCHES = [
  ...['--headless=new', '--remote-debugging-pipe', '--no-first-run', '--disable-gpu'],
  // Containers have a small /dev/shm.
  ...['--disable-dev-shm-usage', '--disable-extensions', '--disable-sync'],
  // Nothing but this machine is reached.
  ...['--disable-background-networking', '--disable-component-update', '--no-proxy-server'],
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
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
    // The sandbox does not work for root.
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = spawn('chromium', [...SWITCHES, ...sandbox, `--user-data-dir=${profile}`], {
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
