/** What a person sees first: where the registry is, where its data are, and how to push a first image. */
export function greeting(version: string, url: URL, data: string, logins: string): string {
  const image = `${url.host}/hello:1.0`;
  return [
    `Berth ${version} serves ${url.origin}`,
    `Data: ${data}`,
    `Logins: ${logins}`,
    'Push a first image (any that you have, here alpine):',
    `  docker tag alpine ${image}`,
    `  docker push ${image}`,
    '',
  ].join('\n');
}

/** The address under which a person on this machine reaches the server. */
export function urlOf(host: string, port: number, scheme: 'http' | 'https' = 'http'): URL {
  const wildcard = host === '0.0.0.0' || host === '::';
  const name = wildcard ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return new URL(`${scheme}://${name}:${port}`);
}
