import { useEffect, useRef, useState } from 'react';

/** The state of a run, with what came of it so far. */
export interface RunState {
  readonly step: 'none' | 'running' | 'done' | 'cancelled' | 'failed';
}

/** Something that takes a while and shows what comes of it meanwhile. */
export type Run<S extends RunState> = S & {
  readonly start: () => void;
  readonly cancel: () => void;
};

/**
 * Runs something on demand. It ends when the page is left.
 *
 * `run` shows each state by its second argument, and ends when the signal is aborted. `before` is the state without a run.
 */
export function useRun<S extends RunState>(
  before: S,
  run: (signal: AbortSignal, show: (state: S) => void) => Promise<void>,
): Run<S> {
  const [state, setState] = useState(before);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const start = (): void => {
    running.current?.abort();
    const ending = new AbortController();
    running.current = ending;
    setState({ ...before, step: 'running' });
    void run(ending.signal, (next) => {
      if (!ending.signal.aborted) setState(next);
    });
  };
  const cancel = (): void => {
    running.current?.abort();
    setState((last) => ({ ...last, step: 'cancelled' }));
  };
  return { ...state, start, cancel };
}
