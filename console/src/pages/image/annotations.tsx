import { Anchor } from '@mantine/core';
import { type JSX } from 'react';

import { ForeignText } from '../../parts/foreign-text.js';
import { webUrl } from './image-texts.js';
import { Pairs } from './pairs.js';

/** Labels or annotations. Those of the specification that are addresses of the web are links. */
export function Annotations({
  label,
  values,
}: {
  label: string;
  values: Readonly<Record<string, string>>;
}): JSX.Element {
  const names = Object.keys(values).sort();
  return (
    <Pairs
      label={label}
      pairs={names.map((name) => ({
        name,
        value: <Value name={name} text={values[name] ?? ''} />,
      }))}
    />
  );
}

function Value({ name, text }: { name: string; text: string }): JSX.Element {
  const url = name.startsWith('org.opencontainers.image.') ? webUrl(text) : undefined;
  if (url === undefined) return <ForeignText text={text} />;
  return (
    <Anchor href={url} target="_blank" rel="noopener noreferrer" inherit>
      <ForeignText text={text} />
    </Anchor>
  );
}
