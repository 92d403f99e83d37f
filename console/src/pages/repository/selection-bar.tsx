import { Button, Group, Paper, Text } from '@mantine/core';
import { useState, type JSX } from 'react';
import { Link } from 'wouter';

import { type components } from '../../api/client.js';
import { useRights, useSession } from '../../api/session.js';
import { DeleteTagsDialog } from '../../parts/changes/delete-tags-dialog.js';
import { countOf } from '../../parts/format.js';
import { comparePlace } from '../../parts/places.js';
import classes from './selection-bar.module.css';
import { type Selection } from './selection.js';

/** The registry previews the removal of so many tags at once. */
const MAX_DELETED = 100;

interface SelectionBarProps {
  readonly repository: string;
  /** The tags that the table shows. Others may be gone. */
  readonly tags: readonly components['schemas']['Tag'][];
  readonly selection: Selection;
}

/** What can be done with the ticked tags. It stays in sight while the list scrolls. */
export function SelectionBar({
  repository,
  tags,
  selection,
}: SelectionBarProps): JSX.Element | null {
  const [isDeleting, setDeleting] = useState(false);
  const chosen = tags.filter(({ name }) => selection.has(name));
  const rights = useRights(repository, chosen.length > 0);
  const { isReadOnly } = useSession();
  const [a, b] = chosen;
  if (a === undefined && !isDeleting) return null;
  const mayDelete = rights?.delete === true && !isReadOnly;
  return (
    <Paper className={classes.bar} p="xs" shadow="md" role="region" aria-label="Selected tags">
      <Group gap="xs">
        <Text size="sm" fw={600} px={6} role="status">
          {countOf(chosen.length, 'tag')} selected
        </Text>
        {tags.length > chosen.length && (
          <Button
            variant="subtle"
            size="xs"
            onClick={() => selection.set(tags.map(({ name }) => name))}
          >
            Select all {tags.length} shown
          </Button>
        )}
        <Button
          variant="subtle"
          size="xs"
          color="gray"
          c="dimmed"
          onClick={() => selection.set([])}
        >
          Clear
        </Button>
        <Group gap="xs" ml="auto">
          {b !== undefined && chosen.length === 2 && a !== undefined && (
            <Button
              component={Link}
              to={comparePlace({ repository, a: b.name, b: a.name })}
              variant="default"
              size="xs"
            >
              Compare
            </Button>
          )}
          {mayDelete && (
            <Button
              size="xs"
              color="red"
              disabled={chosen.length > MAX_DELETED}
              onClick={() => setDeleting(true)}
            >
              {chosen.length > MAX_DELETED
                ? `At most ${MAX_DELETED} at once`
                : `Delete ${countOf(chosen.length, 'tag')}`}
            </Button>
          )}
          {rights !== undefined && !mayDelete && (
            <Text size="xs" c="dimmed">
              {isReadOnly ? 'The registry is read-only.' : 'You may not delete here.'}
            </Text>
          )}
        </Group>
      </Group>
      <DeleteTagsDialog
        opened={isDeleting}
        close={() => setDeleting(false)}
        repository={repository}
        tags={chosen}
        done={() => selection.set([])}
      />
    </Paper>
  );
}
