import { readChallenge, type Challenge } from '../domain/challenge.js';
import { type DoctorResponse, type Client } from './client.js';
import { type Findings } from './findings.js';
import { describeResponse } from './v2-endpoint.js';
import { explainFailure } from './reach.js';

export interface DoctorLogin {
  readonly name: string;
  readonly password: string;
}

const TELL_ORIGIN =
  'the registry does not know its public URL. Let the proxy send X-Forwarded-Proto and Host, and list the proxy in REGISTRY_TRUSTED_PROXIES; or set REGISTRY_PUBLIC_URL';

/**
 * Logs the client in to push to `repository`, if the registry requires it. Resolves to false if no
 * further check is possible.
 */
export async function checkLogin(
  client: Client,
  v2Answer: DoctorResponse,
  login: DoctorLogin | undefined,
  repository: string,
  findings: Findings,
): Promise<boolean> {
  if (v2Answer.status === 200) {
    findings.good('no login is required');
    return true;
  }
  const challenge = readChallenge(v2Answer.headers['www-authenticate']);
  if (challenge === undefined) {
    findings.bad(
      'a login is required, but the header WWW-Authenticate is missing or not understood',
      'let the proxy pass that header on, and switch off its own logins',
    );
    return false;
  }
  return challenge.scheme === 'basic'
    ? checkBasic(client, login, findings)
    : checkBearer(client, challenge, login, repository, findings);
}

async function checkBasic(
  client: Client,
  login: DoctorLogin | undefined,
  findings: Findings,
): Promise<boolean> {
  if (login === undefined) return withoutLogin(findings);
  client.authorization = basic(login);
  return checkAuthorization(client, `${login.name}, with a password (Basic)`, findings);
}

const CHECK_LOGIN =
  'check the name and the password; a proxy must pass the header Authorization on';

/** Checks that the registry accepts the credential that the client sends from now on. */
async function checkAuthorization(
  client: Client,
  who: string,
  findings: Findings,
): Promise<boolean> {
  const answer = await client.ask(client.urlOf('/v2/'));
  if (answer.status === 200) {
    findings.good(`logged in: ${who}`);
    return true;
  }
  findings.bad(`login refused: ${who} (${describeResponse(answer)})`, CHECK_LOGIN);
  return false;
}

async function checkBearer(
  client: Client,
  challenge: Challenge,
  login: DoctorLogin | undefined,
  repository: string,
  findings: Findings,
): Promise<boolean> {
  const realm = URL.parse(challenge.realm);
  if (realm === null || !checkRealm(client.origin, realm, findings)) return false;
  if (challenge.service !== undefined) realm.searchParams.set('service', challenge.service);
  realm.searchParams.set('scope', `repository:${repository}:pull,push,delete`);
  let answer: DoctorResponse;
  try {
    answer = await client.ask(
      realm,
      login === undefined ? {} : { headers: { Authorization: basic(login) } },
    );
  } catch (error) {
    const [what, advice] = explainFailure(error, realm);
    findings.bad(
      `the token service is ${realm.origin}, and ${what}`,
      `${advice}. Or ${TELL_ORIGIN}`,
    );
    return false;
  }
  return takeToken(client, answer, login, findings);
}

/** Keeps the password from being sent to a wrong realm. */
function checkRealm(origin: URL, realm: URL, findings: Findings): boolean {
  if (realm.origin === origin.origin) return true;
  const where = `the token service is ${realm.origin}`;
  const sameHost = realm.hostname === origin.hostname;
  if (!sameHost && realm.protocol === 'https:') {
    findings.good(`${where}, which is not the registry itself`);
    return true;
  }
  findings.bad(`${where}, but the registry is ${origin.origin}`, TELL_ORIGIN);
  return false;
}

async function takeToken(
  client: Client,
  answer: DoctorResponse,
  login: DoctorLogin | undefined,
  findings: Findings,
): Promise<boolean> {
  const token = tokenIn(answer);
  if (login === undefined) return withoutLogin(findings);
  if (token === undefined) {
    findings.bad(`${login.name} gets no token (${describeResponse(answer)})`, CHECK_LOGIN);
    return false;
  }
  client.authorization = `Bearer ${token}`;
  return checkAuthorization(client, `${login.name}, with a token`, findings);
}

function tokenIn({ status, body }: DoctorResponse): string | undefined {
  if (status !== 200) return undefined;
  try {
    const json = JSON.parse(body.toString()) as { token?: unknown; access_token?: unknown };
    const token = json.token ?? json.access_token;
    return typeof token === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}

function withoutLogin(findings: Findings): boolean {
  findings.good('a login is required; without --username the rest is not checked');
  return false;
}

function basic({ name, password }: DoctorLogin): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}
