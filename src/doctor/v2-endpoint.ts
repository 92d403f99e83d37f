import { type Answer, type Client } from './client.js';
import { type Findings } from './findings.js';

const PASS_ON = 'let the proxy pass every path on as it came, at the root of the host';

/** Whether a registry answers at `/v2/`; the answer, or `undefined` when the examination ends here. */
export async function checkV2Endpoint(
  client: Client,
  findings: Findings,
): Promise<Answer | undefined> {
  const answer = await client.ask(client.urlOf('/v2/'));
  if (answer.status !== 200 && answer.status !== 401) {
    findings.bad(...explainV2Endpoint(answer));
    return undefined;
  }
  if (answer.headers['docker-distribution-api-version'] === 'registry/2.0') {
    findings.good('a registry answers at /v2/');
  } else if (isPage(answer)) {
    findings.bad(`a page answers at /v2/, by ${serverOf(answer)}`, PASS_ON);
    return undefined;
  } else {
    findings.bad(
      'the header Docker-Distribution-Api-Version is missing at /v2/',
      'let the proxy pass on the headers of answers: some clients take this for no registry',
    );
  }
  return answer;
}

/** Whether errors reach clients as the registry writes them: their codes decide what clients do next. */
export async function checkErrors(client: Client, findings: Findings): Promise<void> {
  const url = client.urlOf('/v2/berth-doctor/nothing/manifests/none');
  const answer = await client.ask(url);
  if (hasErrors(answer)) findings.good('errors arrive as the registry writes them');
  else {
    findings.bad(
      `the error of something that is not there arrives as ${answer.status} without the registry’s JSON`,
      'switch off the proxy’s own pages of errors (nginx: proxy_intercept_errors off), and every redirect',
    );
  }
}

/** Whether the answer has the error JSON of a registry. */
export function hasErrors({ status, body }: Answer): boolean {
  if (status < 400) return false;
  try {
    const json = JSON.parse(body.toString()) as { errors?: unknown };
    return Array.isArray(json.errors);
  } catch {
    return false;
  }
}

/** How an answer is called in a sentence: with the registry's own words, if it has any. */
export function inWords(answer: Answer): string {
  if (!hasErrors(answer)) return `${answer.status}, by ${serverOf(answer)}`;
  const { errors } = JSON.parse(answer.body.toString()) as {
    errors: { code?: string; message?: string }[];
  };
  return `${answer.status} ${errors[0]?.code ?? ''}: ${errors[0]?.message ?? ''}`;
}

function explainV2Endpoint(answer: Answer): [string, string] {
  const { status, headers } = answer;
  if (status >= 300 && status < 400) {
    return [
      `/v2/ leads elsewhere: ${headers.location ?? 'nowhere'}`,
      'ask for that address, and give it to clients: they do not take a push elsewhere',
    ];
  }
  if (hasErrors(answer)) {
    return [
      `a registry answers, but not at /v2/ (${inWords(answer)})`,
      'the proxy takes a part of the path away: nginx does it where proxy_pass has a path, be it only a / at its end',
    ];
  }
  if (status === 502 || status === 503 || status === 504) {
    return [
      `the proxy does not reach the registry (${inWords(answer)})`,
      'is the registry running, and at the address that the proxy has for it?',
    ];
  }
  return [`/v2/ is not answered by a registry (${inWords(answer)})`, PASS_ON];
}

function isPage({ headers }: Answer): boolean {
  return (headers['content-type'] ?? '').startsWith('text/html');
}

function serverOf({ headers }: Answer): string {
  return String(headers['server'] ?? 'who does not say its name');
}
