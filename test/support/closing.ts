import { afterEach } from '@jest/globals';

/** Returns a function that lets `close` run after the test. What was opened last is closed first. */
export function useClosing(): (close: () => Promise<unknown>) => void {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  return (close) => void closing.push(close);
}
