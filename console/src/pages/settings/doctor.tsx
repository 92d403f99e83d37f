import { Button, Group, List, Loader, Stack, Text, ThemeIcon } from '@mantine/core';
import { type JSX } from 'react';

import { REGISTRY_URL } from '../../api/client.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { Icon } from '../../parts/icon.js';
import { Section } from '../../parts/section.js';
import { useDoctor, type DoctorState, type Finding } from './doctor-run.js';

/** Examines the registry as an image client sees it. */
export function Doctor({ isReadOnly }: { isReadOnly: boolean }): JSX.Element {
  const examination = useDoctor(isReadOnly ? ['push'] : []);
  return (
    <Section
      title="Doctor"
      about={
        <>
          Does what docker does with this registry: connects, logs in
          {isReadOnly ? '' : ', pushes to berth-doctor/probe, deletes that again'}, and says what to
          change. You see this page at {REGISTRY_URL}.
        </>
      }
      actions={
        <Button
          variant="default"
          onClick={examination.start}
          disabled={examination.step === 'running'}
        >
          Examine
        </Button>
      }
    >
      <Stack gap="sm">
        <div role="status">
          <Outcome {...examination} />
        </div>
        <FindingLines findings={examination.findings} />
        {examination.error && (
          <ErrorPanel
            what="The examination failed"
            error={examination.error}
            retry={examination.start}
          />
        )}
      </Stack>
    </Section>
  );
}

function Outcome({ step, findings }: DoctorState): JSX.Element | null {
  if (step === 'running') {
    return (
      <Group gap="sm">
        <Loader size="xs" aria-hidden="true" />
        <Text size="sm">Examining the registry. It may take half a minute.</Text>
      </Group>
    );
  }
  if (step !== 'done') return null;
  const wrong = findings.filter(({ advice }) => advice !== undefined).length;
  return (
    <Text fw={600} size="sm">
      {wrong === 0 ? 'All is well' : `${wrong} of ${findings.length} findings need a change`}
    </Text>
  );
}

function FindingLines({ findings }: { findings: readonly Finding[] }): JSX.Element | null {
  if (findings.length === 0) return null;
  return (
    <List size="sm" spacing={6} listStyleType="none">
      {findings.map(({ text, advice }, at) => (
        <List.Item key={at} icon={<Mark isGood={advice === undefined} />}>
          {text}
          {advice !== undefined && (
            <Text size="sm" fw={550}>
              {advice}
            </Text>
          )}
        </List.Item>
      ))}
    </List>
  );
}

function Mark({ isGood }: { isGood: boolean }): JSX.Element {
  return (
    <ThemeIcon
      variant="transparent"
      size="sm"
      c={isGood ? 'var(--berth-accent)' : 'error'}
      role="img"
      aria-label={isGood ? 'Good' : 'Needs a change'}
    >
      <Icon name={isGood ? 'check' : 'warning'} size={16} />
    </ThemeIcon>
  );
}
