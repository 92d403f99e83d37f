import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';

/** How to reach a registry, besides its URL. */
export interface Reach {
  /** The path of a Unix socket that takes the place of the host. */
  readonly socketPath?: string;
  /** A CA to trust besides those of Node, as PEM. */
  readonly ca?: string;
  /** The `User-Agent`. */
  readonly agent: string;
}

/** Sends requests like the platform's `fetch`, but never follows a redirect. */
export interface NodeFetch {
  readonly fetch: (request: Request) => Promise<Response>;
  /** Ends the connections. */
  readonly close: () => void;
}

/** Without a byte for this long, a request fails. In milliseconds. A stream of events has a heartbeat. */
const SILENCE_MS = 60_000;

/** These statuses have no body. */
const WITHOUT_BODY = [204, 205, 304];

/** Returns a `fetch` over Node's HTTP, which can trust one more CA and use a Unix socket. */
export function nodeFetch({ socketPath, ca, agent: name }: Reach): NodeFetch {
  const trust = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  const agents = {
    'http:': new http.Agent({ keepAlive: true }),
    'https:': new https.Agent({ keepAlive: true, ...trust }),
  };
  return {
    fetch: async (request) => {
      const url = new URL(request.url);
      const secure = url.protocol === 'https:';
      const sent = (secure ? https : http).request(url, {
        method: request.method,
        headers: { ...Object.fromEntries(request.headers), 'user-agent': name },
        agent: secure ? agents['https:'] : agents['http:'],
        signal: request.signal,
        timeout: SILENCE_MS,
        ...(socketPath !== undefined && { socketPath }),
      });
      sent.end(new Uint8Array(await request.arrayBuffer()));
      return responseOf(await answerTo(sent));
    },
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

function answerTo(sent: http.ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve).once('error', reject);
    sent.once('timeout', () =>
      sent.destroy(new Error(`no answer within ${SILENCE_MS / 1_000} seconds`)),
    );
  });
}

function responseOf(answer: IncomingMessage): Response {
  const { statusCode: status = 500, statusMessage: statusText = '', rawHeaders } = answer;
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '');
  }
  if (WITHOUT_BODY.includes(status)) {
    answer.resume();
    return new Response(null, { status, statusText, headers });
  }
  const body = Readable.toWeb(answer) as ReadableStream<Uint8Array>;
  return new Response(body, { status, statusText, headers });
}
