import { Kbd, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState, type JSX } from 'react';

import { Icon } from './icon.js';

/** A person types a name within that. */
const WAIT_MS = 200;

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Whether another field of the page has the key. */
  readonly isSecond?: boolean;
}

/** Searches while a person types. The key `/` leads to it: see `app/keys.tsx`. */
export function SearchField({ label, value, onChange, isSecond }: SearchFieldProps): JSX.Element {
  const [text, setText] = useState(value);
  const search = useDebouncedCallback(onChange, { delay: WAIT_MS, flushOnUnmount: false });
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        search(currentTarget.value.trim());
      }}
      leftSection={<Icon name="search" size={16} />}
      rightSection={
        isSecond === true ? undefined : (
          <Kbd size="xs" visibleFrom="sm">
            /
          </Kbd>
        )
      }
      data-search={isSecond === true ? undefined : true}
      w="100%"
      maw={420}
    />
  );
}
