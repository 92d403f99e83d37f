import { readChallenge } from '../../../src/domain/challenge.js';
import { type Page, type PageRequest, type Seen } from './page.js';

const login = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

/** What a page that shows a registry does. It works with nothing but the responses that the browser lets it see. */
export class RegistryPage {
  private authorization: string | undefined;

  constructor(
    readonly page: Page,
    private readonly registry: string,
  ) {}

  /** Sends a request with the latest token. */
  ask(path: string, request: PageRequest = {}): Promise<Seen> {
    const { authorization } = this;
    const token = authorization === undefined ? {} : { Authorization: authorization };
    const url = new URL(path, this.registry).href;
    return this.page.fetch(url, { ...request, headers: { ...token, ...request.headers } });
  }

  /** Sends a request, and once more with a token if its response is a challenge. */
  async askWithToken(path: string, name: string, password: string): Promise<Seen> {
    const first = await this.ask(path);
    if (first.status !== 401) return first;
    await this.takeToken(this.tokenUrl(first), {
      headers: { Authorization: login(name, password) },
    });
    return this.ask(path);
  }

  /** Requests a token, which later requests have. Resolves to the response of the token endpoint. */
  async takeToken(url: string, request: PageRequest = {}): Promise<Seen> {
    const response = await this.page.fetch(url, request);
    if (response.status !== 200) return response;
    this.authorization = `Bearer ${(JSON.parse(response.text) as { token: string }).token}`;
    return response;
  }

  /** Returns where the challenge of a response sends the page for a token. */
  tokenUrl({ headers }: Seen): string {
    const challenge = headers['www-authenticate'];
    const { realm = '', service = '' } = readChallenge(challenge) ?? {};
    const [, scope = ''] = /scope="([^"]*)"/.exec(challenge ?? '') ?? [];
    const url = new URL(realm);
    url.searchParams.set('service', service);
    url.searchParams.set('scope', scope);
    return url.href;
  }

  /** Reads a list page by page. Resolves to the body of each. */
  async list(path: string): Promise<unknown[]> {
    const bodies: unknown[] = [];
    for (let next = path; next !== '';) {
      const { text, headers } = await this.ask(next);
      bodies.push(JSON.parse(text));
      next = /<([^>]+)>; rel="next"/.exec(headers['link'] ?? '')?.[1] ?? '';
    }
    return bodies;
  }
}
