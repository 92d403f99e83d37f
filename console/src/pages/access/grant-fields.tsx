import { ActionIcon, Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { type JSX } from 'react';

import { Icon } from '../../parts/icon.js';
import { ACTIONS, FIRST_GRANT, type Action, type DraftGrant } from './new-grants.js';

interface GrantFieldsProps {
  readonly grants: readonly DraftGrant[];
  readonly onChange: (grants: readonly DraftGrant[]) => void;
}

/** The rights of a new robot: lines of repositories with what it may do there. */
export function GrantFields({ grants, onChange }: GrantFieldsProps): JSX.Element {
  const replace = (at: number, grant: DraftGrant): void =>
    onChange(grants.map((before, index) => (index === at ? grant : before)));
  return (
    <Stack gap="xs">
      <div>
        <Text size="sm" fw={500}>
          Rights
        </Text>
        <Text size="xs" c="dimmed">
          Repositories are a name such as team/app, or a pattern: team/** is all below team, and **
          is everything.
        </Text>
      </div>
      {grants.map((grant, at) => (
        <GrantLine
          key={at}
          grant={grant}
          number={at + 1}
          onChange={(changed) => replace(at, changed)}
          {...(grants.length > 1 && {
            remove: () => onChange(grants.filter((_, index) => index !== at)),
          })}
        />
      ))}
      <Button
        variant="default"
        size="compact-sm"
        style={{ alignSelf: 'flex-start' }}
        onClick={() => onChange([...grants, FIRST_GRANT])}
      >
        Add a line
      </Button>
    </Stack>
  );
}

interface GrantLineProps {
  readonly grant: DraftGrant;
  readonly number: number;
  readonly onChange: (grant: DraftGrant) => void;
  readonly remove?: () => void;
}

function GrantLine({ grant, number, onChange, remove }: GrantLineProps): JSX.Element {
  return (
    <Group gap="sm" role="group" aria-label={`Right ${number}`}>
      <TextInput
        aria-label={`Repositories of right ${number}`}
        placeholder="team/**"
        value={grant.repositories}
        onChange={({ currentTarget }) => onChange({ ...grant, repositories: currentTarget.value })}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        style={{ flex: '1 1 180px' }}
      />
      <Checkbox.Group
        aria-label={`Actions of right ${number}`}
        value={[...grant.actions]}
        onChange={(actions) => onChange({ ...grant, actions: actions.filter(isAction) })}
      >
        <Group gap="sm">
          {ACTIONS.map((action) => (
            <Checkbox key={action} value={action} label={action} />
          ))}
        </Group>
      </Checkbox.Group>
      {remove && (
        <ActionIcon aria-label={`Remove right ${number}`} onClick={remove}>
          <Icon name="close" size={16} />
        </ActionIcon>
      )}
    </Group>
  );
}

function isAction(text: string): text is Action {
  return ACTIONS.some((action) => action === text);
}
