import { type ComponentType } from 'react';

import { HistoryTab } from './history-tab.js';
import { ReferrersTab } from './referrers-tab.js';
import { TAGS } from './tags-question.js';
import { TagsTab } from './tags-tab.js';
import { UntaggedTab } from './untagged-tab.js';

/** A tab of a repository's page. */
export interface RepositoryTab {
  /** Its name in the address: `?tab=tags`. */
  readonly id: string;
  readonly title: string;
  readonly Tab: ComponentType<{ readonly repository: string }>;
}

/** The tabs in their order. The first is shown if the address names none. */
export const TABS: readonly RepositoryTab[] = [
  { id: TAGS, title: 'Tags', Tab: TagsTab },
  { id: 'untagged', title: 'Untagged', Tab: UntaggedTab },
  { id: 'history', title: 'History', Tab: HistoryTab },
  { id: 'referrers', title: 'Referrers', Tab: ReferrersTab },
];
