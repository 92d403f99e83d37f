import { SegmentedControl } from '@mantine/core';
import { type JSX } from 'react';

interface ClientChoiceProps<C extends string> {
  readonly clients: readonly C[];
  readonly value: C;
  readonly onChange: (client: C) => void;
}

/** Lets a person choose one of a few clients. */
export function ClientChoice<C extends string>(props: ClientChoiceProps<C>): JSX.Element {
  const { clients, value, onChange } = props;
  return (
    <SegmentedControl
      aria-label="Client"
      data={[...clients]}
      value={value}
      onChange={onChange}
      size="xs"
      style={{ alignSelf: 'flex-start' }}
    />
  );
}
