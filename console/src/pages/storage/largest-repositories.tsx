import { Group, Text } from '@mantine/core';
import { type JSX } from 'react';

import { type components } from '../../api/client.js';
import { bytesText, countOf } from '../../parts/format.js';
import { PlaceLink } from '../../parts/link.js';
import { RepositoryLink } from '../../parts/repository-link.js';
import { Section } from '../../parts/section.js';
import classes from './storage.module.css';

type Repository = components['schemas']['LargestRepository'];

interface LargestRepositoriesProps {
  readonly isAdmin: boolean;
  readonly repositories: readonly Repository[];
}

/** The repositories that take the most space: of those that the person may pull. */
export function LargestRepositories({
  isAdmin,
  repositories,
}: LargestRepositoriesProps): JSX.Element {
  return (
    <Section
      title="Repositories that take the most space"
      about={isAdmin ? <Key /> : 'Compressed sizes. Blobs that repositories share count in each.'}
      actions={
        <PlaceLink to="/repositories?sort=-size" fz="sm">
          All by size
        </PlaceLink>
      }
    >
      <Bars repositories={repositories} />
    </Section>
  );
}

function Key(): JSX.Element {
  return (
    <Group gap="md">
      <span>
        <span className={`${classes.key} ${classes.own}`} aria-hidden="true" />
        only in this repository: what its removal frees
      </span>
      <span>
        <span className={`${classes.key} ${classes.shared}`} aria-hidden="true" />
        shared with others
      </span>
    </Group>
  );
}

function Bars({ repositories }: { repositories: readonly Repository[] }): JSX.Element {
  const most = Math.max(1, ...repositories.map(({ logicalBytes = 0 }) => logicalBytes));
  if (repositories.length === 0) {
    return <Text size="sm">There is no repository that you may pull.</Text>;
  }
  return (
    <ol className={classes.bars}>
      {repositories.map((repository) => (
        <li key={repository.name}>
          <div className={classes.line}>
            <RepositoryLink name={repository.name} />
            <span>{figuresOf(repository)}</span>
          </div>
          <Bar {...repository} most={most} />
        </li>
      ))}
    </ol>
  );
}

function Bar({ logicalBytes = 0, uniqueBytes, most }: Repository & { most: number }): JSX.Element {
  const own = uniqueBytes ?? logicalBytes;
  return (
    <div className={classes.bar} aria-hidden="true">
      <span className={classes.own} style={{ width: `${(own / most) * 100}%` }} />
      <span
        className={classes.shared}
        style={{ width: `${((logicalBytes - own) / most) * 100}%` }}
      />
    </div>
  );
}

function figuresOf({ tags, logicalBytes, uniqueBytes, sharedBytes }: Repository): string {
  if (logicalBytes === undefined) return 'is being counted';
  const bytes =
    uniqueBytes === undefined || sharedBytes === undefined
      ? bytesText(logicalBytes)
      : `${bytesText(uniqueBytes)} own, ${bytesText(sharedBytes)} shared`;
  return `${bytes} · ${countOf(tags ?? 0, 'tag')}`;
}
