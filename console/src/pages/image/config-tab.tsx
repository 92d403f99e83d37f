import { Badge, Group, Stack, Text, Title } from '@mantine/core';
import { type JSX, type ReactNode } from 'react';

import { type components } from '../../api/client.js';
import { EmptyState } from '../../parts/empty-state.js';
import { ForeignText } from '../../parts/foreign-text.js';
import { bytesText } from '../../parts/format.js';
import { type ImageName } from '../../parts/places.js';
import { Annotations } from './annotations.js';
import { type ImageView, type Manifest } from './image-page.js';
import { variableOf } from './image-texts.js';
import { Pairs, type Pair } from './pairs.js';

type Config = components['schemas']['Image'];

/** What the config of an image says: how a container starts, and its labels. */
export function ConfigTab({ view }: { image: ImageName; view: ImageView }): JSX.Element {
  const manifest = view.image?.manifest ?? view.manifest;
  const { image, annotations } = manifest;
  return (
    <Stack gap="lg">
      {image === undefined ? <Unreadable {...manifest} /> : <Readable {...image} />}
      {annotations && (
        <Section title="Annotations of the manifest">
          <Annotations label="Annotations of the manifest" values={annotations} />
        </Section>
      )}
    </Stack>
  );
}

/** Why there is nothing to show, and what to do. */
function Unreadable({ configProblem, config }: Manifest): JSX.Element {
  const size = bytesText(config?.size ?? 0);
  const texts = {
    missing: 'The repository does not have the config. Push the image again.',
    'too-large': `The config has ${size}, which is more than the registry reads. Its text is in the tab Raw.`,
    invalid: 'The config is not the JSON of an image. Its text is in the tab Raw.',
  };
  return (
    <EmptyState title="The config cannot be shown">{texts[configProblem ?? 'invalid']}</EmptyState>
  );
}

function Readable(config: Config): JSX.Element {
  const { env, labels } = config;
  return (
    <>
      <Section title="Container">
        <Pairs label="Container" pairs={containerPairs(config)} />
      </Section>
      {env.length > 0 && (
        <Section title="Environment">
          <Pairs label="Environment" pairs={env.map(environmentPair)} />
        </Section>
      )}
      {Object.keys(labels).length > 0 && (
        <Section title="Labels">
          <Annotations label="Labels" values={labels} />
        </Section>
      )}
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }): JSX.Element {
  return (
    <Stack gap={6} component="section">
      <Title order={2}>{title}</Title>
      {children}
    </Stack>
  );
}

function containerPairs(config: Config): Pair[] {
  const { entrypoint, cmd, user = '', workingDirectory, stopSignal, author } = config;
  const lists = [
    ['Entrypoint', listText(entrypoint)],
    ['Command', listText(cmd)],
    ['User', user === '' ? 'root, because none is set' : user],
    ['Working directory', workingDirectory],
    ['Ports', config.exposedPorts.join(', ')],
    ['Volumes', config.volumes.join(', ')],
    ['Stop signal', stopSignal],
    ['Author', author],
  ] as const;
  return lists.flatMap(([name, text]) =>
    text === undefined || text === '' ? [] : [{ name, value: <ForeignText text={text} isCode /> }],
  );
}

/** A list as the config has it, so that spaces within an argument are seen. */
function listText(list: readonly string[]): string {
  return list.length === 0 ? '' : JSON.stringify(list);
}

function environmentPair(text: string): Pair {
  const { name, value, isSecret } = variableOf(text);
  return {
    name,
    value: (
      <Group gap="xs">
        {value !== '' && <ForeignText text={value} isCode />}
        {isSecret && (
          <Badge
            color="red"
            variant="outline"
            size="sm"
            tt="none"
            title="Everybody who pulls the image can read it. Pass secrets to a container when it starts."
          >
            looks like a secret
          </Badge>
        )}
        {value === '' && (
          <Text span size="sm" c="dimmed">
            empty
          </Text>
        )}
      </Group>
    ),
  };
}
