import { Button, Group, List, Loader, Stack, Text } from '@mantine/core';
import { type JSX } from 'react';

import { type components } from '../../api/client.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { bytesText, countOf, durationText } from '../../parts/format.js';
import { Time } from '../../parts/time.js';
import { useWarm, type WarmState } from './warm-run.js';

type WarmAnswer = components['schemas']['Warm'];

interface WarmProps {
  readonly mirror: string;
  readonly warm: WarmAnswer;
  /** Whether the other registry is ever asked. */
  readonly canFetch: boolean;
}

/** What a mirror fetches before it is needed: how the last run went, and a button that runs it. */
export function Warm({ mirror, warm, canFetch }: WarmProps): JSX.Element {
  const run = useWarm(mirror);
  const isRunning = run.step === 'running';
  return (
    <Stack gap={6} mt="md">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Text size="sm" style={{ flex: '1 1 240px' }}>
          Fetches {warm.images.join(', ')}
          {warm.everySeconds === 0
            ? ' on demand only'
            : ` every ${durationText(warm.everySeconds * 1_000)}`}
          . <LastRun last={warm.last} />
        </Text>
        {canFetch && (
          <Button size="xs" variant="default" onClick={isRunning ? run.cancel : run.start}>
            {isRunning ? 'Stop' : 'Fetch now'}
          </Button>
        )}
      </Group>
      <div role="status">{run.step !== 'none' && <Progress {...run} />}</div>
      {run.error && (
        <ErrorPanel what="The images were not fetched" error={run.error} retry={run.start} />
      )}
      <Failures failures={run.step === 'none' ? (warm.last?.failed ?? []) : run.failures} />
    </Stack>
  );
}

function LastRun({ last }: { readonly last: WarmAnswer['last'] | undefined }): JSX.Element {
  if (last === undefined) return <>It did not run yet.</>;
  const { startedAt, manifests, failed } = last;
  const failures = failed.length === 0 ? '' : `, ${countOf(failed.length, 'image')} failed`;
  return (
    <>
      The last run was <Time at={startedAt} />: {countOf(manifests, 'manifest')}
      {failures}.
    </>
  );
}

function Progress({ step, manifests, bytes }: WarmState): JSX.Element {
  return (
    <Group gap="sm">
      {step === 'running' && <Loader size="xs" aria-hidden="true" />}
      <Text size="sm">
        {`${countOf(manifests, 'manifest')} stored, ${bytesText(bytes)} fetched${step === 'running' ? ' so far' : ''}`}
      </Text>
    </Group>
  );
}

function Failures({ failures }: Pick<WarmState, 'failures'>): JSX.Element | null {
  if (failures.length === 0) return null;
  return (
    <List size="sm">
      {failures.map(({ image, reason }) => (
        <List.Item key={image}>{`${image}: ${reason}`}</List.Item>
      ))}
    </List>
  );
}
