import { describe, expect, it } from '@jest/globals';

import { ariaSort, nextSort, sortChoices } from '../../../console/src/parts/sorting.js';

describe('the order of a table', () => {
  it('begins with the largest and the newest, and with A', () => {
    expect(nextSort('name', 'size', 'size')).toBe('-size');
    expect(nextSort('name', 'pushedAt', 'time')).toBe('-pushedAt');
    expect(nextSort('-size', 'name', 'text')).toBe('name');
  });

  it('turns round when it is chosen again', () => {
    expect(nextSort('name', 'name', 'text')).toBe('-name');
    expect(nextSort('-size', 'size', 'size')).toBe('size');
  });

  it('is named for a screen reader', () => {
    expect(ariaSort('-size', 'size')).toBe('descending');
    expect(ariaSort('size', 'size')).toBe('ascending');
    expect(ariaSort('size', 'name')).toBe('none');
  });

  it('has names to choose from', () => {
    expect(sortChoices('Pushed', 'pushedAt', 'time')).toEqual([
      { value: '-pushedAt', label: 'Pushed, newest first' },
      { value: 'pushedAt', label: 'Pushed, oldest first' },
    ]);
    expect(sortChoices('Tag', 'version', 'version')).toEqual([
      { value: '-version', label: 'Tag, highest first' },
      { value: 'version', label: 'Tag, lowest first' },
    ]);
  });
});
