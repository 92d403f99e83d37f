import { Text } from '@mantine/core';
import { type JSX } from 'react';

import { Bytes } from '../../parts/bytes.js';
import { bytesText, countOf } from '../../parts/format.js';
import classes from './compare.module.css';
import { type ComparedAnswer } from './comparison.js';
import { bytesOf, changeText } from './amounts.js';

/** Shows how the sizes differ, and how much both images share. */
export function ComparedSizes({ answer }: { readonly answer: ComparedAnswer }): JSX.Element {
  const { sizeA, sizeB, layers } = answer;
  return (
    <dl className={classes.figures}>
      <div>
        <dt>First image, compressed</dt>
        <dd>
          <Bytes bytes={sizeA} />
        </dd>
      </div>
      <div>
        <dt>Second image, compressed</dt>
        <dd>
          <Bytes bytes={sizeB} />
        </dd>
      </div>
      <div>
        <dt>Difference</dt>
        <dd>{changeText(sizeA, sizeB)}</dd>
      </div>
      <div>
        <dt>In both</dt>
        <dd>
          {countOf(layers.shared.length, 'layer')}{' '}
          <Text span size="sm" c="dimmed">
            {bytesText(bytesOf(layers.shared))}
          </Text>
        </dd>
      </div>
    </dl>
  );
}
