import { type JSX, type ReactNode } from 'react';

import { type Answer } from '../api/queries.js';
import { ErrorPanel } from './error-panel.js';
import { Loading } from './loading.js';

interface AnswerViewProps<T> {
  readonly answer: Answer<T>;
  /** What is asked for, such as `the robots`. */
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}

/** Shows one answer in each of its states: awaited, failed, and there. */
export function AnswerView<T>({ answer, what, children }: AnswerViewProps<T>): JSX.Element {
  const { data, error, refetch } = answer;
  const failure = error && (
    <ErrorPanel what={`Could not load ${what}`} error={error} retry={() => void refetch()} />
  );
  if (data === undefined) return failure ?? <Loading what={what} />;
  return (
    <>
      {failure}
      {children(data)}
    </>
  );
}
