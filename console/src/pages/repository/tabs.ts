import { type ComponentType } from 'react';

import { TagsTab } from './tags-tab.js';

/** A tab of a repository's page. */
export interface RepositoryTab {
  /** Its name in the address: `?tab=tags`. */
  readonly id: string;
  readonly title: string;
  readonly Tab: ComponentType<{ readonly repository: string }>;
}

/** The tabs in their order. The first is shown if the address names none. */
export const TABS: readonly RepositoryTab[] = [{ id: 'tags', title: 'Tags', Tab: TagsTab }];
