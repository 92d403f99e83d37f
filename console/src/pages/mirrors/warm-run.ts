import { api, problemOf } from '../../api/client.js';
import { linesOf } from '../../api/lines.js';
import { forget } from '../../api/queries.js';
import { useRun, type Run, type RunState } from '../../api/use-run.js';

/** A line of a run: a manifest that is stored, an image that failed, a sign of life, or both counts at the end. */
type WarmLine =
  | { readonly image: string; readonly digest: string; readonly fetchedBytes: number }
  | { readonly image: string; readonly reason: string }
  | { readonly working: true }
  | { readonly manifests: number; readonly failed: number };

/** How far a run that fetches images has come. */
export interface WarmState extends RunState {
  readonly manifests: number;
  readonly bytes: number;
  readonly failures: readonly { readonly image: string; readonly reason: string }[];
  readonly error?: Error;
}

const NOTHING = { manifests: 0, bytes: 0, failures: [] };

/** Fetches the images that the mirrors file names. It ends when the page is left. */
export function useWarm(mirror: string): Run<WarmState> {
  return useRun<WarmState>({ step: 'none', ...NOTHING }, (signal, show) =>
    run(mirror, signal, show),
  );
}

async function run(
  mirror: string,
  signal: AbortSignal,
  show: (state: WarmState) => void,
): Promise<void> {
  let state: WarmState = { step: 'running', ...NOTHING };
  let isWhole = false;
  try {
    for await (const line of linesOf<WarmLine>(await open(mirror, signal))) {
      isWhole = 'manifests' in line;
      state = withLine(state, line);
      show(state);
    }
    if (!isWhole) throw new Error('the answer of the registry ended too early');
    show({ ...state, step: 'done' });
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    show({ ...state, step: 'failed', error: failure });
  }
  for (const noun of ['mirrors', 'repositories', 'tags']) await forget(noun);
}

function withLine(state: WarmState, line: WarmLine): WarmState {
  if ('digest' in line) {
    const { manifests, bytes } = state;
    return { ...state, manifests: manifests + 1, bytes: bytes + line.fetchedBytes };
  }
  return 'reason' in line ? { ...state, failures: [...state.failures, line] } : state;
}

/** @throws ApiProblem */
async function open(mirror: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const { data, error, response } = await api.POST('/api/v1/mirrors/{mirror}/warm', {
    params: { path: { mirror } },
    body: {},
    parseAs: 'stream',
    signal,
  });
  if (!response.ok) throw problemOf(response, error);
  // The description of the API has no type for lines.
  return data as unknown as ReadableStream<Uint8Array>;
}
