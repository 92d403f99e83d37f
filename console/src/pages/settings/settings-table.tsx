import { Badge, Code, Group, Switch, Text } from '@mantine/core';
import { useState, type JSX, type ReactNode } from 'react';

import { type components } from '../../api/client.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { SearchField } from '../../parts/search-field.js';
import { Section } from '../../parts/section.js';
import { filterSettings } from './filter-settings.js';

type Setting = components['schemas']['Setting'];

const ORIGINS: Readonly<Record<Setting['origin'], string>> = {
  environment: 'environment',
  file: 'file',
  program: 'program',
  default: 'default',
};

/** Lets a narrow page break a name after its underscores. */
function breakable(variable: string): readonly ReactNode[] {
  return variable
    .split('_')
    .flatMap((part, at) => (at === 0 ? [part] : ['_', <wbr key={at} />, part]));
}

const COLUMNS: readonly Column<Setting>[] = [
  {
    title: 'Setting',
    cell: ({ variable, summary }) => (
      <div>
        <Text size="sm" ff="monospace" fw={550}>
          {breakable(variable)}
        </Text>
        <Text size="xs" c="dimmed" maw={560}>
          {summary}
        </Text>
      </div>
    ),
  },
  {
    title: 'Value',
    cell: ({ value, default: usual, origin }) => (
      <div>
        <Value text={value} />
        {origin !== 'default' && value !== usual && (
          <Text size="xs" c="dimmed">
            by default <Value text={usual} />
          </Text>
        )}
      </div>
    ),
  },
  {
    title: 'From',
    cell: ({ origin }) => (
      <Badge
        variant={origin === 'default' ? 'default' : 'outline'}
        {...(origin !== 'default' && { c: 'var(--berth-accent)' })}
        size="sm"
        tt="none"
        fw={500}
      >
        {ORIGINS[origin]}
      </Badge>
    ),
  },
];

function Value({ text }: { text: string }): JSX.Element {
  if (text === '') {
    return (
      <Text span inherit c="dimmed">
        not set
      </Text>
    );
  }
  return <Code style={{ overflowWrap: 'anywhere' }}>{text}</Code>;
}

/** Every setting with its value and where that comes from. */
export function SettingsTable({ settings }: { settings: readonly Setting[] }): JSX.Element {
  const [search, setSearch] = useState('');
  const [onlyChanged, setOnlyChanged] = useState(false);
  return (
    <Section title="Settings" about="They are read when the registry starts. Secrets are masked.">
      <Group gap="md">
        <SearchField label="Search settings" value={search} onChange={setSearch} />
        <Switch
          label="Only those that differ from the default"
          checked={onlyChanged}
          onChange={({ currentTarget }) => setOnlyChanged(currentTarget.checked)}
        />
      </Group>
      <Found settings={filterSettings(settings, search, onlyChanged)} />
    </Section>
  );
}

function Found({ settings }: { settings: readonly Setting[] }): JSX.Element {
  if (settings.length === 0) {
    return (
      <Text size="sm" role="status">
        No setting matches. Search for another word.
      </Text>
    );
  }
  return (
    <DataTable
      label="Settings"
      columns={COLUMNS}
      rows={settings}
      keyOf={({ variable }) => variable}
    />
  );
}
