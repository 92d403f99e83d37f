/** A parsed HTTP response. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. A header given twice appears twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** What a connection brought back: whole responses, and trailing bytes that are not a response. */
export interface Answers {
  readonly answers: readonly Answer[];
  readonly rest: Buffer;
}

/** Parses consecutive responses. Those to HEAD have no body, whatever their length is. */
export function readAnswers(bytes: Buffer, toHead: boolean): Answers {
  const answers: Answer[] = [];
  let rest = bytes;
  for (;;) {
    const found = readAnswer(rest, toHead);
    if (found === undefined) return { answers, rest };
    answers.push(found.answer);
    rest = rest.subarray(found.length);
  }
}

/** Returns the first value of a header. */
export function headerOf({ headers }: Answer, name: string): string | undefined {
  return headers.find(([other]) => other === name)?.[1];
}

function readAnswer(
  bytes: Buffer,
  toHead: boolean,
): { readonly answer: Answer; readonly length: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})(?: |$)/.exec(statusLine)?.[1]);
  if (Number.isNaN(status)) return undefined;
  const headers = lines.map(readHeader);
  const declared = headers.find(([name]) => name === 'content-length')?.[1] ?? '0';
  const bare = status < 200 || (toHead && !isOfNoMethod(status, headers));
  const bodyLength = bare ? 0 : Number(declared);
  const length = headEnd + 4 + bodyLength;
  if (bytes.byteLength < length) return undefined;
  return { answer: { status, headers, body: bytes.subarray(headEnd + 4, length) }, length };
}

/**
 * Returns whether the request was unparsable, and so had no method: then the response has a body,
 * and the connection ends.
 */
function isOfNoMethod(status: number, headers: Answer['headers']): boolean {
  const closes = headers.some(([name, value]) => name === 'connection' && value === 'close');
  return closes && [400, 408, 431].includes(status) && !headers.some(([name]) => name === 'date');
}

function readHeader(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
