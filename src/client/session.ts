import { type Authorizer, type Place } from './authorizer.js';
import { dropBody } from './bodies.js';
import { readChallenge } from '../domain/challenge.js';
import { type Deadline } from './deadline.js';
import { retryAfterMs, type Subject } from './failures.js';
import { type RemoteFailure } from './registry-client.js';
import { type Transport, type TransportResponse } from './transport.js';
import { type Upstream } from './upstream.js';

const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

export interface Question {
  readonly method: 'GET' | 'HEAD';
  /** Below `/v2/`, with the query. */
  readonly path: string;
  readonly repository: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly subject: Subject;
  readonly deadline: Deadline;
  /** Returns whether the caller understands a response that is not a success. */
  readonly accepts?: (answer: Answer) => boolean;
}

/** A response, and whether it came from where the registry redirected to. */
export interface Answer extends TransportResponse {
  readonly redirected: boolean;
}

/** Asks a registry: responds to its challenges and follows its redirects. */
export class Session {
  /** The path of the registry. It ends with a slash. */
  private readonly base: string;

  constructor(
    private readonly upstream: Upstream,
    private readonly transport: Transport,
    private readonly authorizer: Authorizer,
  ) {
    this.base = upstream.url.pathname.replace(/\/*$/, '/');
  }

  /**
   * Resolves to a response that is a success or accepted, and to `undefined` if the content does not exist.
   *
   * @throws RemoteFailure
   */
  async ask(question: Question): Promise<Answer | undefined> {
    const { subject, deadline } = question;
    try {
      return await this.follow(question);
    } catch (error) {
      if (deadline.isCancelled) throw error;
      throw subject.failureOf(error);
    }
  }

  private async follow(question: Question): Promise<Answer | undefined> {
    let url = new URL(`${this.base}v2/${question.path}`, this.upstream.url);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = await this.answered(url, question);
      const answer = { ...response, redirected: redirects > 0 };
      if (!REDIRECTS.includes(response.status)) return this.judge(answer, url, question);
      await dropBody(response.body);
      url = target(response, url, question.subject);
    }
    throw question.subject.unavailable(`it redirects more than ${MAX_REDIRECTS} times`);
  }

  /** Sends one request, and once more with the response to a challenge. */
  private async answered(url: URL, question: Question): Promise<TransportResponse> {
    const { repository, subject, deadline } = question;
    const place: Place = { origin: url.origin, repository };
    const presumed = await deadline.wait(this.authorizer.presumed(place, subject));
    const first = await this.send(url, question, presumed);
    const challenge = first.status === 401 ? readChallenge(first.headers[CHALLENGE]) : undefined;
    if (challenge === undefined) return first;
    try {
      const response = this.authorizer.responseTo(challenge, place, subject, presumed);
      const better = await deadline.wait(response);
      if (better === undefined) return first;
      await dropBody(first.body);
      return await this.send(url, question, better);
    } catch (error) {
      // Left unread, it would keep its connection.
      await dropBody(first.body);
      throw error;
    }
  }

  private send(url: URL, { method, headers, deadline }: Question, authorization?: string) {
    return this.transport.send({
      method,
      url,
      headers: { ...headers, ...(authorization !== undefined && { authorization }) },
      signal: deadline.signal,
    });
  }

  private async judge(answer: Answer, url: URL, question: Question): Promise<Answer | undefined> {
    const { status, headers } = answer;
    const { subject, accepts } = question;
    const encoding = headers['content-encoding'];
    if (status === 200 || status === 206 || accepts?.(answer) === true) {
      if (encoding === undefined || encoding === 'identity') return answer;
      answer.body.destroy();
      throw subject.wrong('it sends the content compressed, although it was asked not to');
    }
    await dropBody(answer.body);
    if (isMissing(answer)) return undefined;
    throw failureOf(answer, url, subject, this.upstream.login !== undefined);
  }
}

/** The statuses from 400 to 499 that say nothing of the question: of a proxy, and of a registry that has no time. */
const PASSING: readonly number[] = [407, 408, 425];

const CHALLENGE = 'www-authenticate';

function isMissing({ status, headers }: Answer): boolean {
  if (status === 404 || status === 410) return true;
  // Docker Hub hides which repositories exist: the login is accepted, and the token allows nothing.
  return status === 401 && readChallenge(headers[CHALLENGE])?.error === 'insufficient_scope';
}

function failureOf(
  { status, headers, redirected }: Answer,
  url: URL,
  subject: Subject,
  hasLogin: boolean,
): RemoteFailure {
  const who = redirected
    ? `${url.host}, to which it redirects, responded with`
    : 'it responded with';
  const after = { retryAfterMs: retryAfterMs(headers) };
  if (status === 429) return subject.failure('limited', 'it limits requests', after);
  if ((status === 401 || status === 403) && !redirected) {
    const isBasic = readChallenge(headers[CHALLENGE])?.scheme === 'basic';
    const kind = hasLogin && isBasic && status === 401 ? 'login' : 'refused';
    return subject.failure(kind, `${who} ${status}; check the login of the mirror`);
  }
  const isOfQuestion = status >= 400 && status < 500 && !PASSING.includes(status);
  // Anybody can ask what a registry refuses so: other questions must not wait for that.
  const kind = isOfQuestion && !redirected ? 'wrong' : 'unavailable';
  return subject.failure(kind, `${who} ${status}`, after);
}

/** @throws RemoteFailure if the redirect leads nowhere, or to an unencrypted place */
function target({ headers }: TransportResponse, from: URL, subject: Subject): URL {
  const url = URL.parse([headers.location].flat()[0] ?? '', from.href);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '') {
    throw subject.unavailable('it redirects to something that is not a URL of HTTP');
  }
  if (from.protocol === 'https:' && url.protocol === 'http:') {
    throw subject.unavailable(`it redirects from https to http at ${url.host}`);
  }
  return url;
}
