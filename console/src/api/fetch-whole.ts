/** How long an answer may take. A page shows an error after that, never a spinner without an end. */
const ANSWER_WITHIN_MS = 30_000;

/** The registry sent no answer, or not all of it. The message says what to do. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/**
 * Fetches a request. An answer that is not a stream is read to its end within the time.
 *
 * @throws NoAnswer if none came
 */
export async function fetchWhole(request: Request): Promise<Response> {
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), ANSWER_WITHIN_MS);
  try {
    const signal = AbortSignal.any([request.signal, timer.signal]);
    const response = await fetch(request, { signal, headers: headersOf(request) });
    if (!isJson(response)) return response;
    return new Response(await response.blob(), response);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new NoAnswer(
      timer.signal.aborted
        ? `The registry did not answer within ${ANSWER_WITHIN_MS / 1_000} seconds. Try again in a moment.`
        : 'The registry cannot be reached. Check that it runs and that you are connected, then try again.',
      { cause: error },
    );
  } finally {
    clearTimeout(timeout);
  }
}

/** Lets the server know that a page asks, so that a 401 opens no dialog of the browser. */
function headersOf({ headers }: Request): Headers {
  const all = new Headers(headers);
  all.set('X-Requested-With', 'berth-console');
  return all;
}

/** Whether an answer is one text of JSON. Only lines of JSON and events are read piece by piece. */
function isJson({ status, headers }: Response): boolean {
  return status !== 204 && /[/+]json\b/.test(headers.get('content-type') ?? '');
}
