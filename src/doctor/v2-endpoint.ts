import { type DoctorResponse, type Client } from './client.js';
import { type Findings } from './findings.js';

const PASS_ON = 'let the proxy pass every path on unchanged, at the root of the host';

/**
 * Checks that a registry responds at `/v2/`. Resolves to its response, or to `undefined` if no
 * further check is possible.
 */
export async function checkV2Endpoint(
  client: Client,
  findings: Findings,
): Promise<DoctorResponse | undefined> {
  const answer = await client.ask(client.urlOf('/v2/'));
  if ((answer.status !== 200 && answer.status !== 401) || isRootOfRegistry(answer)) {
    findings.bad(...explainV2Endpoint(answer));
    return undefined;
  }
  if (answer.headers['docker-distribution-api-version'] === 'registry/2.0') {
    findings.good('a registry responds at /v2/');
  } else if (isPage(answer)) {
    findings.bad(`a web page responds at /v2/, from ${serverOf(answer)}`, PASS_ON);
    return undefined;
  } else {
    findings.bad(
      'the header Docker-Distribution-Api-Version is missing at /v2/',
      'let the proxy pass on response headers: without this one, some clients do not recognise a registry',
    );
  }
  return answer;
}

/** Checks that errors reach clients as the registry writes them, because clients act on the error codes. */
export async function checkErrors(client: Client, findings: Findings): Promise<void> {
  const url = client.urlOf('/v2/berth-doctor/nothing/manifests/none');
  const answer = await client.ask(url);
  if (hasErrors(answer)) findings.good('errors arrive as the registry writes them');
  else {
    findings.bad(
      `the error for missing content arrives as ${answer.status} without the registry’s JSON`,
      'switch off the error pages of the proxy (nginx: proxy_intercept_errors off), and every redirect',
    );
  }
}

/** Returns whether the response has the error JSON of a registry. */
export function hasErrors({ status, body }: DoctorResponse): boolean {
  if (status < 400) return false;
  try {
    const json = JSON.parse(body.toString()) as { errors?: unknown };
    return Array.isArray(json.errors);
  } catch {
    return false;
  }
}

/** Returns a short description of a response, with the registry's error message if there is one. */
export function describeResponse(answer: DoctorResponse): string {
  if (!hasErrors(answer)) return `${answer.status}, from ${serverOf(answer)}`;
  const { errors } = JSON.parse(answer.body.toString()) as {
    errors: { code?: string; message?: string }[];
  };
  return `${answer.status} ${errors[0]?.code ?? ''}: ${errors[0]?.message ?? ''}`;
}

/** Whether the response is the text that a registry sends for `/`: a proxy has removed the rest of the path. */
function isRootOfRegistry({ status, body }: DoctorResponse): boolean {
  return status === 200 && body.toString().startsWith('Berth, ');
}

function explainV2Endpoint(answer: DoctorResponse): [string, string] {
  const { status, headers } = answer;
  if (status >= 300 && status < 400) {
    return [
      `/v2/ redirects to ${headers.location ?? 'no location'}`,
      'check that address and give it to clients: they do not follow redirects when they push',
    ];
  }
  if (hasErrors(answer) || isRootOfRegistry(answer)) {
    return [
      `a registry responds, but not at /v2/ (${describeResponse(answer)})`,
      'the proxy removes a part of the path: nginx does so if proxy_pass has a path, even only a / at its end',
    ];
  }
  if (status === 502 || status === 503 || status === 504) {
    return [
      `the proxy does not reach the registry (${describeResponse(answer)})`,
      'check that the registry runs at the address that the proxy uses',
    ];
  }
  return [`no registry responds at /v2/ (${describeResponse(answer)})`, PASS_ON];
}

function isPage({ headers }: DoctorResponse): boolean {
  return (headers['content-type'] ?? '').startsWith('text/html');
}

function serverOf({ headers }: DoctorResponse): string {
  return String(headers['server'] ?? 'an unnamed server');
}
