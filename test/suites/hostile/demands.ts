import { readAnswers, type Answer } from './answers.js';
import { type Exchange } from './wire.js';

const ERROR_CODES = new Set([
  'BLOB_UNKNOWN',
  'BLOB_UPLOAD_INVALID',
  'BLOB_UPLOAD_UNKNOWN',
  'DENIED',
  'DIGEST_INVALID',
  'MANIFEST_BLOB_UNKNOWN',
  'MANIFEST_INVALID',
  'MANIFEST_UNKNOWN',
  'NAME_INVALID',
  'NAME_UNKNOWN',
  'SIZE_INVALID',
  'TOOMANYREQUESTS',
  'UNAUTHORIZED',
  'UNSUPPORTED',
]);

/** The known response headers. Any other was added by a client's input or by a library without a decision of ours. */
const ANSWER_HEADERS = new Set([
  'accept-ranges',
  'allow',
  'connection',
  'content-security-policy',
  'content-length',
  'content-range',
  'content-type',
  'date',
  'docker-content-digest',
  'docker-distribution-api-version',
  'docker-upload-uuid',
  'etag',
  'keep-alive',
  'link',
  'location',
  'oci-filters-applied',
  'oci-subject',
  'oci-tag',
  'range',
  'retry-after',
  'vary',
  'x-content-type-options',
  'x-request-id',
]);

/** The only allowed status above 500: a request for more than the disk can hold. */
const NO_ROOM = 507;

/** Text that reveals the inside of the registry: a line of a stack, a system error, a folder of its code. */
const INSIDE = [/^\s+at .+:\d+/m, /\bE[A-Z]{3,}\b: /, /node:internal|node_modules|\bdist\//];

/** Returns what is wrong with an exchange, by the rules for all requests. */
export function complaintsAbout(
  { received, end }: Exchange,
  { toHead, secrets }: { readonly toHead: boolean; readonly secrets: readonly string[] },
): string[] {
  const { answers, rest } = readAnswers(received, toHead);
  return [
    ...(end === 'hung' ? ['neither a response nor a close in time'] : []),
    ...(rest.byteLength > 0 ? [`bytes that are not a response: ${quote(rest)}`] : []),
    ...answers.flatMap((answer) => complaintsAboutAnswer(answer, toHead)),
    ...secrets
      .filter((secret) => received.includes(secret))
      .map((secret) => `the response reveals ${secret}`),
  ];
}

/** Returns the statuses and error codes of an exchange, such as `400 NAME_INVALID`; `closed` without a response. */
export function summaryOf({ received, end }: Exchange, toHead: boolean): string {
  const { answers } = readAnswers(received, toHead);
  if (answers.length === 0) return end === 'hung' ? 'hung' : 'closed';
  return answers
    .map((answer) => [answer.status, errorCodeOf(answer)].filter((part) => part !== undefined))
    .map((parts) => parts.join(' '))
    .join(' + ');
}

function complaintsAboutAnswer(answer: Answer, toHead: boolean): string[] {
  const { status, headers, body } = answer;
  const strange = headers.filter(([name]) => !ANSWER_HEADERS.has(name)).map(([name]) => name);
  const text = status >= 400 ? body.toString() : '';
  return [
    ...(status >= 500 && status !== NO_ROOM
      ? [`a fault of the server: ${status} ${quote(body)}`]
      : []),
    ...(status >= 200 && !headers.some(([name]) => name === 'x-content-type-options')
      ? ['no X-Content-Type-Options']
      : []),
    ...(strange.length > 0 ? [`unknown headers: ${strange.join(', ')}`] : []),
    ...(INSIDE.some((pattern) => pattern.test(text)) ? [`it reveals its inside: ${text}`] : []),
    ...(status >= 400 && (status < 500 || status === NO_ROOM) && !toHead
      ? complaintsAboutError(answer)
      : []),
  ];
}

/** OCI Distribution Specification, "Error Codes". */
function complaintsAboutError(answer: Answer): string[] {
  const type = answer.headers.find(([name]) => name === 'content-type')?.[1];
  const code = errorCodeOf(answer);
  return [
    ...(type === 'application/json' ? [] : [`an error of the type ${String(type)}`]),
    ...(code !== undefined && ERROR_CODES.has(code)
      ? []
      : [`an error without a code of the specification: ${quote(answer.body)}`]),
  ];
}

function errorCodeOf({ status, body }: Answer): string | undefined {
  if (status < 400) return undefined;
  try {
    const json = JSON.parse(body.toString()) as { errors?: { code?: string; message?: string }[] };
    const [error] = json.errors?.length === 1 ? json.errors : [];
    return typeof error?.message === 'string' ? error.code : undefined;
  } catch {
    return undefined;
  }
}

function quote(bytes: Buffer): string {
  return JSON.stringify(bytes.subarray(0, 300).toString('latin1'));
}
