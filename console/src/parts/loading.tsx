import { Loader, Stack, Text } from '@mantine/core';
import { useEffect, useState, type JSX } from 'react';

/** Most answers come before that, and a page that only flickers is harder to read. */
const SHOWN_AFTER_MS = 300;
const SLOW_AFTER_MS = 8_000;

function useAfter(ms: number): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return isOver;
}

/** Shows that an answer is awaited, after a moment. It ends, because every request ends: see `fetch-whole.ts`. */
export function Loading({ what }: { what: string }): JSX.Element {
  const isShown = useAfter(SHOWN_AFTER_MS);
  const isSlow = useAfter(SLOW_AFTER_MS);
  if (!isShown) return <span hidden data-awaited />;
  return (
    <Stack align="center" gap="sm" py="xl" role="status" data-awaited>
      <Loader size="sm" aria-hidden="true" />
      <Text c="dimmed" size="sm">
        {isSlow ? `Loading ${what}. The registry takes longer than usual.` : `Loading ${what}`}
      </Text>
    </Stack>
  );
}
