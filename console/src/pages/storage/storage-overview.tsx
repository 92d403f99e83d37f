import { Stack, Text } from '@mantine/core';
import { type JSX, type ReactNode } from 'react';

import { type components } from '../../api/client.js';
import { Bytes } from '../../parts/bytes.js';
import { EmptyState } from '../../parts/empty-state.js';
import { bytesText, countText } from '../../parts/format.js';
import { Section } from '../../parts/section.js';
import { Time } from '../../parts/time.js';
import { chartOf, GROWTH_DAYS, recentPoints, type Point } from './growth.js';
import classes from './storage.module.css';

type StorageAnswer = components['schemas']['Storage'];

/** The totals of the storage, and how they grew. */
export function StorageOverview({ storage }: { storage: StorageAnswer }): JSX.Element {
  return (
    <>
      <Totals {...storage} />
      {storage.totals && <Growth {...storage} />}
    </>
  );
}

function Totals(storage: StorageAnswer): JSX.Element {
  const { totals, savedBytes, freeBytes, asOf, description } = storage;
  if (totals === undefined) {
    return (
      <EmptyState title="Nothing is counted yet">
        The first collection counts what is stored. Run one below, or wait for it.
      </EmptyState>
    );
  }
  return (
    <Section
      title="Space"
      about={
        <>
          Stored in {description}. All sizes are compressed, and were counted <Time at={asOf} /> by
          a collection.
        </>
      }
    >
      <dl className={classes.figures}>
        <Figure name="stored, each blob once">
          <Bytes bytes={totals.storedBytes} />
        </Figure>
        <Figure name="in all repositories">
          <Bytes bytes={totals.logicalBytes} />
        </Figure>
        <Figure name="saved by sharing">
          <Bytes bytes={savedBytes} />
        </Figure>
        <Figure name="free">
          <Bytes bytes={freeBytes} />
        </Figure>
        <Figure name="repositories">{countText(totals.repositories)}</Figure>
        <Figure name="manifests">{countText(totals.manifests)}</Figure>
      </dl>
      {freeBytes !== undefined && <DiskBar stored={totals.storedBytes} free={freeBytes} />}
    </Section>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }): JSX.Element {
  return (
    <div className={classes.figure}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function DiskBar({ stored, free }: { stored: number; free: number }): JSX.Element {
  const share = (stored / Math.max(1, stored + free)) * 100;
  const text = share > 0 && share < 1 ? 'less than 1 %' : `${share.toFixed(0)} %`;
  return (
    <Stack gap={4}>
      <div className={classes.bar} aria-hidden="true">
        <span className={classes.own} style={{ width: `max(2px, ${share}%)` }} />
      </div>
      <Text size="xs" c="dimmed">
        The registry uses {text} of the space available to it.
      </Text>
    </Stack>
  );
}

function Growth({ growth, asOf, totals }: StorageAnswer): JSX.Element {
  const points = growth.map(({ at, storedBytes }): Point => {
    return { atMs: Date.parse(at), bytes: storedBytes };
  });
  const nowMs = Date.parse(asOf ?? '') || 0;
  const recent = recentPoints(points, nowMs);
  const paths = chartOf(recent, 600, 96);
  const change = (totals?.storedBytes ?? 0) - (recent[0]?.bytes ?? 0);
  const sign = change < 0 ? '−' : '+';
  const text = `${sign}${bytesText(Math.abs(change))} since ${dateText(recent[0]?.atMs ?? nowMs)}`;
  return (
    <Section title={`Growth in ${GROWTH_DAYS} days`} about={paths ? text : undefined}>
      {paths ? (
        <svg
          className={classes.growth}
          viewBox="0 0 600 96"
          preserveAspectRatio="none"
          role="img"
          aria-label={`Stored bytes: ${text}`}
        >
          <path className={classes.area} d={paths.area} />
          <path className={classes.stroke} d={paths.line} />
        </svg>
      ) : (
        <Text size="sm" c="dimmed">
          The chart begins with the figures of two collections at least an hour apart.
        </Text>
      )}
    </Section>
  );
}

const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' });

function dateText(atMs: number): string {
  return DATE.format(atMs);
}
