import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { useBench } from './bench.js';

/** All text of a page, also within components. */
const ALL_TEXT = `(() => {
  const textOf = (node) =>
    [...(node.shadowRoot?.childNodes ?? []), ...node.childNodes]
      .map((child) => (child.nodeType === 3 ? child.data : child.localName === 'style' ? '' : textOf(child)))
      .join(' ');
  return textOf(document.body);
})()`;

describe('the page that describes the API', () => {
  const bench = useBench();

  it('shows every group of operations, and the browser blocks nothing of it', async () => {
    const page = await bench().own('/api');
    let text = '';
    while (!/Repositories[^]*Tags[^]*Robots/.test(text)) {
      await delay(50);
      text = String(await page.run(ALL_TEXT));
    }
    expect(text).toContain('Lists the tags of a repository');
    expect(page.problems).toEqual([]);
  });
});
