import { api, problemOf } from '../../api/client.js';
import { linesOf } from '../../api/lines.js';
import { useRun, type Run, type RunState } from '../../api/use-run.js';

/** What the doctor found. `advice` says what to change. */
export interface Finding {
  readonly text: string;
  readonly advice?: string;
}

type DoctorLine = Finding | { readonly healthy: boolean };

/** How far an examination has come. */
export interface DoctorState extends RunState {
  readonly findings: readonly Finding[];
  readonly error?: Error;
}

/** Examines the registry on demand, and shows each finding as it comes. */
export function useDoctor(leaveOut: readonly 'push'[]): Run<DoctorState> {
  return useRun<DoctorState>({ step: 'none', findings: [] }, (signal, show) =>
    run(leaveOut, signal, show),
  );
}

async function run(
  leaveOut: readonly 'push'[],
  signal: AbortSignal,
  show: (state: DoctorState) => void,
): Promise<void> {
  let findings: readonly Finding[] = [];
  try {
    for await (const line of linesOf<DoctorLine>(await open(leaveOut, signal))) {
      if ('healthy' in line) return show({ step: 'done', findings });
      findings = [...findings, line];
      show({ step: 'running', findings });
    }
    throw new Error('The answer of the registry ended too early.');
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    show({ step: 'failed', findings, error: failure });
  }
}

/** @throws ApiProblem */
async function open(
  leaveOut: readonly 'push'[],
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const { data, error, response } = await api.POST('/api/v1/doctor', {
    body: { leaveOut: [...leaveOut] },
    parseAs: 'stream',
    signal,
  });
  if (!response.ok) throw problemOf(response, error);
  // The description of the API has no type for lines.
  return data as unknown as ReadableStream<Uint8Array>;
}
