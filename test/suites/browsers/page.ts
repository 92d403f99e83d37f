import { once } from 'node:events';

import { type DevTools } from './devtools.js';

export interface PageRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly mode?: 'cors' | 'no-cors';
  readonly credentials?: 'omit' | 'include';
  readonly body?: string;
}

/** What the script of a page can see of a response. */
export interface Seen {
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

interface Evaluated {
  readonly result: { readonly value: unknown };
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
}

interface LogEntry {
  readonly entry: { readonly level: string; readonly source: string; readonly text: string };
}

interface Paused {
  readonly requestId: string;
  readonly authChallenge?: { readonly scheme: string; readonly realm: string };
}

/** A page in the browser. */
export class Page {
  /** Everything that the browser reports as wrong, such as what a Content-Security-Policy has blocked. */
  readonly problems: string[] = [];

  private constructor(
    private readonly tools: DevTools,
    private readonly session: string,
  ) {}

  static async open(tools: DevTools, url: string): Promise<Page> {
    const context = (await tools.send('Target.createBrowserContext')) as object;
    const target = await tools.send('Target.createTarget', { url: 'about:blank', ...context });
    const { targetId } = target as { targetId: string };
    const attached = await tools.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(tools, (attached as { sessionId: string }).sessionId);
    await page.send('Page.enable');
    tools.on(`${page.session} Log.entryAdded`, ({ entry }: LogEntry) => {
      if (entry.level === 'error') page.problems.push(`${entry.source}: ${entry.text}`);
    });
    await page.send('Log.enable');
    const loaded = page.loaded();
    await page.send('Page.navigate', { url });
    await loaded;
    return page;
  }

  /** Sends a request by the script of the page. @throws Error if the browser hides the response */
  async fetch(url: string, request: PageRequest = {}): Promise<Seen> {
    const script = `(async () => {
      const response = await fetch(${JSON.stringify(url)}, ${JSON.stringify(request)});
      const { status, type } = response;
      return { status, type, headers: Object.fromEntries(response.headers), text: await response.text() };
    })()`;
    return (await this.run(script)) as Seen;
  }

  /** Runs a script in the page, and resolves to its value. @throws Error with the script's exception */
  async run(script: string): Promise<unknown> {
    const options = { expression: script, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = (await this.send(
      'Runtime.evaluate',
      options,
    )) as Evaluated;
    if (exceptionDetails === undefined) return result.value;
    throw new Error(exceptionDetails.exception?.description ?? 'the script failed');
  }

  /** Resolves when the page, or the next one in its place, is loaded. */
  async loaded(): Promise<void> {
    await once(this.tools, `${this.session} Page.loadEventFired`);
  }

  /** Enters a name and a password whenever the browser asks for them. Returns what it asked for so far. */
  async enterLogin(username: string, password: string): Promise<() => readonly string[]> {
    const prompts: string[] = [];
    this.tools.on(`${this.session} Fetch.requestPaused`, ({ requestId }: Paused) => {
      void this.send('Fetch.continueRequest', { requestId });
    });
    this.tools.on(`${this.session} Fetch.authRequired`, ({ requestId, authChallenge }: Paused) => {
      prompts.push(`${authChallenge?.scheme} ${authChallenge?.realm}`);
      const authChallengeResponse = { response: 'ProvideCredentials', username, password };
      void this.send('Fetch.continueWithAuth', { requestId, authChallengeResponse });
    });
    await this.send('Fetch.enable', { handleAuthRequests: true });
    return () => prompts;
  }

  private send(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return this.tools.send(method, params, this.session);
  }
}
