import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState, type JSX } from 'react';

import { api, dataOf, type components } from '../../api/client.js';
import { forget, useAnswer } from '../../api/queries.js';
import { useSession } from '../../api/session.js';
import { AnswerView } from '../../parts/answer-view.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Time } from '../../parts/time.js';
import { ActionBadges } from './action-badges.js';
import { NewRobotDialog } from './new-robot-dialog.js';

type Robot = components['schemas']['Robot'];

/** The credentials of programs. */
export function Robots(): JSX.Element {
  const { hasLogins } = useSession();
  const answer = useAnswer(['robots'], (signal) => dataOf(api.GET('/api/v1/robots', { signal })));
  const [isCreating, setCreating] = useState(false);
  const [revoked, setRevoked] = useState<Robot>();
  const [isRevoking, { open, close }] = useDisclosure();
  const askToRevoke = (robot: Robot): void => {
    setRevoked(robot);
    open();
  };
  if (!hasLogins) return <NoLogins />;
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" maw={640}>
          A robot is a login for a program, with a token as its password and only the rights that
          you give it.
        </Text>
        <Button onClick={() => setCreating(true)}>Create robot</Button>
      </Group>
      <AnswerView answer={answer} what="the robots">
        {({ robots }) => <RobotTable robots={robots} revoke={askToRevoke} />}
      </AnswerView>
      <NewRobotDialog opened={isCreating} close={() => setCreating(false)} />
      {revoked && <RevokeDialog robot={revoked} opened={isRevoking} close={close} />}
    </Stack>
  );
}

function NoLogins(): JSX.Element {
  return (
    <EmptyState title="Robots come with logins">
      This registry has no logins, so everybody may do everything. Set REGISTRY_USERS_FILE or
      REGISTRY_OIDC_ISSUER, and robots can be created here.
    </EmptyState>
  );
}

interface RobotTableProps {
  readonly robots: readonly Robot[];
  readonly revoke: (robot: Robot) => void;
}

function RobotTable({ robots, revoke }: RobotTableProps): JSX.Element {
  if (robots.length === 0) {
    return (
      <EmptyState title="No robots">
        Create one for each program, so that each can be revoked alone.
      </EmptyState>
    );
  }
  return (
    <DataTable label="Robots" columns={columnsOf(revoke)} rows={robots} keyOf={({ id }) => id} />
  );
}

function columnsOf(revoke: (robot: Robot) => void): readonly Column<Robot>[] {
  return [
    { title: 'Name', cell: (robot) => <NameOfRobot {...robot} /> },
    { title: 'May', cell: ({ grants }) => <Grants grants={grants} /> },
    {
      title: 'Created',
      cell: ({ createdAt, createdBy }) => (
        <span>
          <Time at={createdAt} />
          {createdBy !== undefined && <Text span c="dimmed" size="sm">{` by ${createdBy}`}</Text>}
        </span>
      ),
    },
    { title: 'Expires', cell: ({ expiresAt }) => <Time at={expiresAt} never="never" /> },
    { title: 'Last used', cell: ({ lastUsedAt }) => <Time at={lastUsedAt} never="never" /> },
    {
      title: 'Commands',
      isActions: true,
      cell: (robot) => (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Revoke ${labelOf(robot)}`}
          onClick={() => revoke(robot)}
        >
          Revoke
        </Button>
      ),
    },
  ];
}

function labelOf({ name, id }: Robot): string {
  return name ?? `robot ${id}`;
}

function NameOfRobot(robot: Robot): JSX.Element {
  return (
    <Group gap="xs" component="span" display="inline-flex">
      <Text span size="sm" fw={550}>
        {labelOf(robot)}
      </Text>
      {robot.expired && (
        <Badge variant="outline" color="red" size="sm" tt="none" c="error">
          expired
        </Badge>
      )}
    </Group>
  );
}

function Grants({ grants }: Pick<Robot, 'grants'>): JSX.Element {
  return (
    <Stack gap={2} component="span" align="flex-start">
      {grants.map(({ repositories, actions }, at) => (
        <span key={at}>
          <ActionBadges actions={actions} /> {repositories}
        </span>
      ))}
    </Stack>
  );
}

interface RevokeDialogProps {
  readonly robot: Robot;
  readonly opened: boolean;
  readonly close: () => void;
}

function RevokeDialog({ robot, opened, close }: RevokeDialogProps): JSX.Element {
  const revoke = async (): Promise<void> => {
    const params = { path: { id: robot.id } };
    await dataOf(api.DELETE('/api/v1/robots/{id}', { params }));
    notifications.show({ message: `${labelOf(robot)} is revoked.` });
    await forget('robots');
  };
  return (
    <ConfirmDialog
      opened={opened}
      close={close}
      title={`Revoke ${labelOf(robot)}`}
      goes={['its token, and every login by it, at once', 'what programs do with that token']}
      stays={['everything that it pushed', 'its name in histories and logs']}
      action={revoke}
    >
      <Text size="sm">This cannot be undone. A new robot has another token.</Text>
    </ConfirmDialog>
  );
}
