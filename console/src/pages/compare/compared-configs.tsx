import { Text, Title } from '@mantine/core';
import { type JSX } from 'react';

import { type components } from '../../api/client.js';
import { ChangeMark } from '../../parts/change-mark.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import classes from './compare.module.css';
import { type ComparedAnswer } from './comparison.js';

type ValueChange = components['schemas']['ValueChange'];

/** A value of a config, and which part of it that is. */
interface Row extends ValueChange {
  readonly part: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'Name', cell: ({ name }) => <code className={classes.value}>{name}</code> },
  { title: 'Part', cell: ({ part }) => part },
  { title: 'Change', cell: ({ change }) => <ChangeMark change={change} /> },
  { title: 'First image', cell: ({ a }) => <Value text={a} /> },
  { title: 'Second image', cell: ({ b }) => <Value text={b} /> },
];

function Value({ text }: { readonly text: string | undefined }): JSX.Element {
  if (text === undefined) return <span>–</span>;
  return <code className={classes.value}>{text === '' ? '(empty)' : text}</code>;
}

/** Shows the values of both configs that differ. */
export function ComparedConfigs({ answer }: { readonly answer: ComparedAnswer }): JSX.Element {
  return (
    <section aria-labelledby="config">
      <Title order={2} size="h3" mb={8} id="config">
        Config
      </Title>
      <Configs answer={answer} />
    </section>
  );
}

function Configs({ answer }: { readonly answer: ComparedAnswer }): JSX.Element {
  const { env, labels, fields, hasConfigs } = answer;
  const rows = [
    ...fields.map((change) => ({ ...change, part: 'field' })),
    ...env.map((change) => ({ ...change, part: 'environment' })),
    ...labels.map((change) => ({ ...change, part: 'label' })),
  ];
  if (!hasConfigs)
    return <Line text="The config of an image could not be read, so only layers are compared." />;
  if (rows.length === 0) return <Line text="Environment, labels and all other fields are equal." />;
  return (
    <DataTable
      label="Differences of the configs"
      columns={COLUMNS}
      rows={rows}
      keyOf={({ part, name }) => `${part} ${name}`}
    />
  );
}

function Line({ text }: { readonly text: string }): JSX.Element {
  return (
    <Text size="sm" c="dimmed" className={`${classes.panel} ${classes.shared}`}>
      {text}
    </Text>
  );
}
