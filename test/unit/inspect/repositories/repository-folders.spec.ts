import { describe, expect, it } from '@jest/globals';

import { parseRepositoryName } from '../../../../src/domain/repository-name.js';
import {
  foldersIn,
  isDirectlyIn,
} from '../../../../src/inspect/repositories/repository-folders.js';

const NAMES = ['base', 'team', 'team/app', 'team/tools/lint', 'team/tools/test', 'teams/other'];

describe('the folders of repositories', () => {
  const repositories = NAMES.map((name) => ({ name: parseRepositoryName(name) }));
  const namesIn = (under: string): string[] =>
    foldersIn(repositories, under).map(({ name, repositories: count }) => `${name} ${count}`);

  it('are what names begin with, one part at a time', () => {
    expect(namesIn('')).toEqual(['team/ 3', 'teams/ 1']);
    expect(namesIn('team/')).toEqual(['team/tools/ 2']);
    expect(namesIn('team/tools/')).toEqual([]);
  });

  it('have the repositories without a further part beside them', () => {
    const directlyIn = (under: string): string[] =>
      NAMES.filter((name) => isDirectlyIn(name, under));

    expect(directlyIn('')).toEqual(['base', 'team']);
    expect(directlyIn('team/')).toEqual(['team/app']);
    expect(directlyIn('team/tools/')).toEqual(['team/tools/lint', 'team/tools/test']);
  });
});
