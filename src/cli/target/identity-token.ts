import { PlainFailure } from '../plain-failure.js';

/** The right to use the API. */
const SCOPE = 'registry:api:*';

/**
 * Exchanges an identity token for a token that the API takes.
 *
 * The endpoint is that of the registry itself, so that the token never reaches another server.
 *
 * @throws PlainFailure
 */
export async function exchangeToken(
  url: URL,
  identityToken: string,
  fetch: (request: Request) => Promise<Response>,
): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: identityToken,
    service: 'berth',
    client_id: 'berth',
    scope: SCOPE,
  });
  const place = `${url.href.replace(/\/$/, '')}/v2/_token`;
  const answer = await fetch(new Request(place, { method: 'POST', body: form }));
  const { access_token: token } = Object(await answer.json().catch(() => ({}))) as {
    access_token?: unknown;
  };
  if (answer.ok && typeof token === 'string') return token;
  throw new PlainFailure(`${url.host} does not take the stored login: run docker login again`);
}
