import { once } from 'node:events';
import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from 'node:tls';

import { type Client } from './client.js';
import { type Findings } from './findings.js';

const HANDSHAKE_MS = 10_000;
const DAY_MS = 86_400_000;

/** With fewer days left, renewal has failed: certbot and similar tools renew 30 days before the end. */
const FEW_DAYS = 14;

const TRUST =
  'give its CA to the clients (berth tls dev prints where), and to this command with --ca-file. With a public CA, let the server also send the intermediate certificates (fullchain.pem)';

const UNTRUSTED: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'renew it; Berth loads the new file by itself',
  CERT_NOT_YET_VALID: 'check the clocks of the server and of this machine',
};

/**
 * Checks that a server responds in the scheme of the URL, with a certificate that clients accept.
 * Resolves to false if no further check is possible.
 */
export async function checkReach(client: Client, findings: Findings): Promise<boolean> {
  return client.origin.protocol === 'https:'
    ? checkTls(client, findings)
    : checkPlain(client, findings);
}

/** Returns the problem and the advice for a connection that failed with an error of Node. */
export function explainFailure(error: unknown, { hostname, host }: URL): [string, string] {
  const { code = '', message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [
        `${hostname} has no address`,
        'check the spelling, and the DNS (or /etc/hosts) of this machine',
      ];
    case 'ECONNREFUSED':
      return [
        `nothing listens on ${host}`,
        'check that it runs, and on this port. With REGISTRY_HOST=127.0.0.1, the default, Berth is reachable from its own machine only',
      ];
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return [`${host} does not respond (${code})`, 'look for a firewall in between'];
    default:
      return [`the connection to ${host} failed (${code || message})`, 'read its log'];
  }
}

async function checkPlain(client: Client, findings: Findings): Promise<boolean> {
  const { host } = client.origin;
  const failure = await client.ask(client.urlOf('/v2/')).then(
    ({ status }) => (status === 400 ? new Error('400') : undefined),
    (error: unknown) => error,
  );
  if (failure === undefined) {
    findings.good(
      `${host} responds in plain HTTP; clients on other machines must be configured to use it`,
    );
    return true;
  }
  const socket = await shakeHands(client.origin).catch(() => undefined);
  socket?.destroy();
  if (socket === undefined) findings.bad(...explainFailure(failure, client.origin));
  else findings.bad(`${host} speaks TLS`, `use https://${host}`);
  return false;
}

async function checkTls(client: Client, findings: Findings): Promise<boolean> {
  const { host } = client.origin;
  let socket: TLSSocket;
  try {
    socket = await shakeHands(client.origin, client.ca);
  } catch (error) {
    findings.bad(...(await explainHandshake(error, client)));
    return false;
  }
  const certificate = socket.getPeerCertificate();
  const untrusted = socket.authorizationError as unknown as string | null;
  socket.destroy();
  return checkCertificate(host, certificate, untrusted, findings);
}

function checkCertificate(
  host: string,
  certificate: PeerCertificate,
  untrusted: string | null,
  findings: Findings,
): boolean {
  const before = findings.failed;
  const until = `until ${new Date(certificate.valid_to).toISOString().slice(0, 10)}`;
  const wrongName = checkServerIdentity(
    new URL(`https://${host}`).hostname.replace(/[[\]]/g, ''),
    certificate,
  );
  // Node falls back to the common name. Go, in which most clients are written, does not.
  if (wrongName !== undefined || certificate.subjectaltname === undefined) {
    findings.bad(
      `the certificate is for ${certificate.subjectaltname ?? 'no name (in subjectAltName)'}`,
      `get one for ${host}, or use a name that it contains`,
    );
  }
  if (untrusted !== null && untrusted !== 'ERR_TLS_CERT_ALTNAME_INVALID') {
    findings.bad(
      `the certificate is not trusted (${untrusted}, ${until})`,
      UNTRUSTED[untrusted] ?? TRUST,
    );
  }
  if (findings.failed > before) return false;
  const days = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / DAY_MS);
  if (days < FEW_DAYS) {
    findings.bad(`the certificate expires in ${days} days`, 'check its automatic renewal');
  } else findings.good(`${host} responds in TLS, with a certificate valid ${until}`);
  return true;
}

async function shakeHands({ hostname, port, protocol }: URL, ca?: readonly string[]) {
  const host = hostname.replace(/[[\]]/g, '');
  const socket = connect({
    host,
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
    // An address is not allowed as a server name: RFC 6066, section 3.
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    ...(ca === undefined ? {} : { ca: [...ca] }),
    rejectUnauthorized: false,
  });
  const signal = AbortSignal.timeout(HANDSHAKE_MS);
  try {
    await once(socket, 'secureConnect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' }) : error;
  }
}

/** Finds out why a handshake failed by trying plain HTTP. */
async function explainHandshake(error: unknown, client: Client): Promise<[string, string]> {
  const { host } = client.origin;
  const { code = '' } = error as NodeJS.ErrnoException;
  if (/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/.test(code)) {
    return [
      `${host} requires a client certificate (${code})`,
      'berth doctor cannot check such a server',
    ];
  }
  if (code.startsWith('ERR_SSL') || code === 'EPROTO' || code === 'ECONNRESET') {
    const { hostname, port } = client.origin;
    const url = new URL(`http://${hostname}:${port || '443'}/v2/`);
    const speaksHttp = await client.ask(url).then(
      () => true,
      () => false,
    );
    if (speaksHttp) {
      return [
        `${host} speaks plain HTTP`,
        `use http://${host} and configure clients for it (docker: insecure-registries), or give it a certificate`,
      ];
    }
  }
  return explainFailure(error, client.origin);
}
