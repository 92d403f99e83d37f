import { type ApiProblem } from '../../api/client/api-problem.js';
import { PlainFailure } from '../plain-failure.js';

/** Why a connection failed, and what to do. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; check the port',
  ENOTFOUND: 'the name is unknown; check its spelling',
  EAI_AGAIN: 'the name cannot be looked up now; check the network',
  ECONNRESET: 'the connection was closed; check whether the port speaks HTTPS',
  ETIMEDOUT: 'it does not answer; check the network',
  EPROTO: 'the port does not speak HTTPS; write http:// if that is meant',
  ERR_SSL_WRONG_VERSION_NUMBER:
    'the port does not speak HTTPS; write --registry http://… if that is meant',
  ERR_SSL_PACKET_LENGTH_TOO_LONG:
    'the port does not speak HTTPS; write --registry http://… if that is meant',
  CERT_HAS_EXPIRED: 'its certificate has expired; renew it',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; use a name that it has',
};

/** Certificates whose CA is unknown. */
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_UNTRUSTED/;

/** Returns a failed request to the API as a sentence. `host` is empty for a storage. */
export function problemFailure(problem: ApiProblem, host: string): PlainFailure {
  return new PlainFailure(sentenceOf(problem, host), { cause: problem });
}

/** Returns a failed connection to a registry as a sentence, and any other error itself. */
export function connectionFailure(error: unknown, host: string): unknown {
  const { code, message, name } = Object(error) as NodeJS.ErrnoException;
  if (host === '' || error instanceof PlainFailure) return error;
  if (code === undefined && !/^no answer within/.test(message)) return error;
  if (name === 'WrongUsage') return error;
  const reason = UNTRUSTED.test(code ?? '')
    ? 'its certificate is of an unknown CA; name the file of the CA with --ca-file'
    : (REASONS[code ?? ''] ?? message);
  return new PlainFailure(`${host} cannot be reached: ${reason}`, { cause: error });
}

function sentenceOf({ status, code, message, about }: ApiProblem, host: string): string {
  if (code === 'unknown') {
    const advice =
      status === 404 || status < 400
        ? 'check that this is a registry of Berth, and its version'
        : 'try again later, or look into its log';
    return `${host}: ${message}; ${advice}`;
  }
  if (status === 401) {
    return `${host}: ${message}: use docker login ${host}, or --username with BERTH_PASSWORD`;
  }
  const { advice, repository, tag } = Object(about) as Record<string, unknown>;
  const named = [repository, tag].filter((part) => typeof part === 'string').join(':');
  const subject = named === '' || message.includes(named) ? '' : `${named}: `;
  return `${subject}${message}${typeof advice === 'string' ? `; ${advice}` : ''}`;
}
