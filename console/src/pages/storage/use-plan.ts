import { api, problemOf } from '../../api/client.js';
import { linesOf } from '../../api/lines.js';
import { useRun, type Run, type RunState } from '../../api/use-run.js';
import { EMPTY_PLAN, withEntries, type PlannedEntry, type PlanTotals } from './plan-totals.js';

/** How far the question has come what a collection would remove. */
export interface PlanState extends RunState {
  readonly totals: PlanTotals;
  readonly error?: Error;
}

export type Plan = Run<PlanState>;

/** Lines come faster than a page can be drawn. In milliseconds. */
const DRAW_EVERY_MS = 100;

/** Asks on demand what a collection would remove now. It ends when the page is left. */
export function usePlan(): Plan {
  return useRun<PlanState>({ step: 'none', totals: EMPTY_PLAN }, read);
}

async function read(signal: AbortSignal, show: (state: PlanState) => void): Promise<void> {
  let totals = EMPTY_PLAN;
  let waiting: PlannedEntry[] = [];
  let drawnAt = performance.now();
  const take = (): void => {
    totals = withEntries(totals, waiting);
    waiting = [];
  };
  try {
    for await (const entry of plannedEntries(signal)) {
      waiting.push(entry);
      if (performance.now() - drawnAt < DRAW_EVERY_MS) continue;
      drawnAt = performance.now();
      take();
      show({ step: 'running', totals });
    }
    take();
    show({ step: 'done', totals });
  } catch (error) {
    take();
    const failure = error instanceof Error ? error : new Error(String(error));
    show({ step: 'failed', totals, error: failure });
  }
}

/** @throws ApiProblem */
async function* plannedEntries(signal: AbortSignal): AsyncGenerator<PlannedEntry, void, void> {
  const answer = await api.GET('/api/v1/gc/plan', { parseAs: 'stream', signal });
  if (!answer.response.ok) throw problemOf(answer.response, answer.error);
  // The description of the API has no type for lines. The client leaves an empty answer out.
  const body = answer.data as unknown as ReadableStream<Uint8Array> | undefined;
  if (body !== undefined) yield* linesOf<PlannedEntry>(body);
}
