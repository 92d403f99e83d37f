import { Button, Group, Text, Title } from '@mantine/core';
import { useState, type JSX } from 'react';

import { type components } from '../../api/client.js';
import { Bytes } from '../../parts/bytes.js';
import { ChangeMark } from '../../parts/change-mark.js';
import { Digest } from '../../parts/digest.js';
import { bytesText, countOf } from '../../parts/format.js';
import { bytesOf } from './amounts.js';
import classes from './compare.module.css';
import { type ComparedAnswer } from './comparison.js';

type Layer = components['schemas']['Layer'];
type Side = 'removed' | 'added' | undefined;

/** Shows the layers that only one image has, and those of both on demand. */
export function ComparedLayers({ layers }: Pick<ComparedAnswer, 'layers'>): JSX.Element {
  const { shared, onlyA, onlyB } = layers;
  const [isOpen, setOpen] = useState(false);
  const most = Math.max(1, ...[...shared, ...onlyA, ...onlyB].map(({ size }) => size));
  const rows = (list: readonly Layer[], side: Side): JSX.Element[] =>
    list.map((layer, at) => (
      <LayerRow key={`${layer.digest} ${at}`} layer={layer} side={side} most={most} />
    ));
  return (
    <section aria-labelledby="layers">
      <Title order={2} size="h3" mb={8} id="layers">
        Layers
      </Title>
      <div className={classes.panel}>
        <Group justify="space-between" className={classes.shared}>
          <Text size="sm" c="dimmed">
            {shared.length === 0
              ? 'The images have no layer in common.'
              : `${countOf(shared.length, 'layer')} in both, ${bytesText(bytesOf(shared))}`}
          </Text>
          {shared.length > 0 && (
            <Button
              size="compact-xs"
              variant="default"
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              {isOpen ? 'Hide them' : 'Show them'}
            </Button>
          )}
        </Group>
        <ul className={classes.layers} aria-label="Layers">
          {isOpen && rows(shared, undefined)}
          {rows(onlyA, 'removed')}
          {rows(onlyB, 'added')}
        </ul>
      </div>
    </section>
  );
}

function LayerRow({
  layer,
  side,
  most,
}: {
  readonly layer: Layer;
  readonly side: Side;
  readonly most: number;
}): JSX.Element {
  const { digest, size, command, title, mediaType } = layer;
  return (
    <li className={classes.layer}>
      <span>
        {side === undefined ? <Text size="xs">in both</Text> : <ChangeMark change={side} />}
      </span>
      <div className={classes.command}>
        <code>{command ?? title ?? mediaType}</code>
        <span className={classes.digest}>
          <Digest digest={digest} />
        </span>
      </div>
      <span className={classes.size}>
        <Bytes bytes={size} />
        <span className={classes.bar} aria-hidden="true">
          <span style={{ width: `${Math.max(1, (size * 100) / most)}%` }} data-side={side} />
        </span>
      </span>
    </li>
  );
}
