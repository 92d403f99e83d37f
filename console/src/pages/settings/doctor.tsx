import { Button, Group, List, Loader, Stack, Text, ThemeIcon } from '@mantine/core';
import { type JSX } from 'react';

import { api, dataOf, REGISTRY_URL, type components } from '../../api/client.js';
import { useAction, type Action } from '../../api/queries.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { Icon } from '../../parts/icon.js';
import { Section } from '../../parts/section.js';

type Findings = components['schemas']['Findings'];

/** Examines the registry as an image client sees it. */
export function Doctor({ isReadOnly }: { isReadOnly: boolean }): JSX.Element {
  const examination = useAction(() => {
    const leaveOut = isReadOnly ? ['push'] : [];
    return dataOf(api.POST('/api/v1/doctor', { body: { leaveOut } }));
  });
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
        <Button variant="default" onClick={examination.run} disabled={examination.isBusy}>
          Examine
        </Button>
      }
    >
      <div role="status">
        <Outcome {...examination} />
      </div>
    </Section>
  );
}

function Outcome({ isBusy, error, result, run }: Action<Findings>): JSX.Element | null {
  if (isBusy) {
    return (
      <Group gap="sm">
        <Loader size="xs" aria-hidden="true" />
        <Text size="sm">Examining the registry. It may take half a minute.</Text>
      </Group>
    );
  }
  if (error) return <ErrorPanel what="The examination failed" error={error} retry={run} />;
  return result ? <FindingLines {...result} /> : null;
}

function FindingLines({ healthy, findings }: Findings): JSX.Element {
  const wrong = findings.filter(({ advice }) => advice !== undefined).length;
  return (
    <Stack gap="sm">
      <Text fw={600} size="sm">
        {healthy ? 'All is well' : `${wrong} of ${findings.length} findings need a change`}
      </Text>
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
    </Stack>
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
