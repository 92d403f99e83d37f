import { type BrowserContext, type Page, type Request } from 'playwright-core';

import { type View } from './views.js';

/** What a test expects to go wrong. */
export interface Expected {
  /** Statuses of failed requests, which the browser writes to its console. */
  readonly statuses?: readonly number[];
  /** Whether requests may fail without an answer, for tests of lost connections. */
  readonly lostRequests?: boolean;
}

/** What a browser and React write when a request, or a file of the page, gets no answer. */
const LOST = /net::ERR_|Unable to preload CSS|dynamically imported module/;

/** A page whose problems are collected: errors in the console, broken rules of content security, requests to elsewhere. */
export class WatchedPage {
  readonly problems: string[] = [];
  /** Every request to the API, as `GET /api/v1/repositories?limit=50`. */
  readonly apiRequests: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly base: string,
    private readonly expected: Expected,
  ) {}

  /** Opens an empty page in a window of its own. `base` is the URL of the registry whose console it is to show. */
  static async open(
    context: BrowserContext,
    expected: Expected,
    base: string,
  ): Promise<WatchedPage> {
    const watched = new WatchedPage(await context.newPage(), base, expected);
    watched.watch();
    await watched.page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        console.error(`content security: ${violatedDirective} blocked ${blockedURI}`),
      );
    });
    return watched;
  }

  private watch(): void {
    const { page, problems } = this;
    page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
    page.on('request', (request) => this.note(request));
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && !this.isExpected(text)) problems.push(`console: ${text}`);
    });
  }

  private isExpected(text: string): boolean {
    const status = /the server responded with a status of (\d+)/.exec(text)?.[1];
    if (status !== undefined) return this.expected.statuses?.includes(Number(status)) === true;
    return this.expected.lostRequests === true && LOST.test(text);
  }

  private note(request: Request): void {
    const url = request.url();
    if (/^(data|blob):/.test(url)) return;
    if (!url.startsWith(`${this.base}/console/`) && !url.startsWith(`${this.base}/api/`)) {
      this.problems.push(`request to elsewhere: ${url}`);
    }
    const path = url.slice(this.base.length);
    if (path.startsWith('/api/')) this.apiRequests.push(`${request.method()} ${path}`);
  }
}

/** The options of a window for a view. */
export function windowFor({ scheme, width }: View): {
  readonly colorScheme: View['scheme'];
  readonly viewport: { readonly width: number; readonly height: number };
} {
  return { colorScheme: scheme, viewport: { width, height: width === 390 ? 844 : 800 } };
}
