import { Text } from '@mantine/core';
import { type JSX } from 'react';

import { type components } from '../../api/client.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { bytesText, countOf, durationText } from '../../parts/format.js';
import { type Plan } from './use-plan.js';

interface RunDialogProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly rules: components['schemas']['CollectionRules'];
  readonly plan: Plan;
  readonly action: () => Promise<void>;
}

/** Asks before a collection begins. */
export function RunDialog({ opened, close, rules, plan, action }: RunDialogProps): JSX.Element {
  const goes = [
    'layers and configs that no manifest names',
    ...(rules.keepUntagged ? [] : ['manifests that no tag leads to, with their layers']),
    `uploads without new bytes for ${durationText(rules.uploadTtlMs)}`,
  ];
  const stays = [
    'everything that a tag leads to',
    ...(rules.keepUntagged ? ['manifests without a tag, by the settings'] : []),
    ...(rules.graceMs === 0
      ? []
      : [`what was used within the last ${durationText(rules.graceMs)}`]),
  ];
  return (
    <ConfirmDialog
      opened={opened}
      close={close}
      title="Run a collection"
      goes={goes}
      stays={stays}
      isDanger={false}
      action={action}
    >
      <Text size="sm">
        {plan.step === 'done'
          ? `By the plan, ${countOf(plan.totals.count, 'entry', 'entries')} go and ${bytesText(plan.totals.freed)} are freed. `
          : ''}
        Bytes are freed while it runs. What is removed cannot be brought back, except by another
        push.
      </Text>
    </ConfirmDialog>
  );
}
