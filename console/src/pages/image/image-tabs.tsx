import { Tabs } from '@mantine/core';
import { type JSX } from 'react';
import { useSearchParams } from 'wouter';

import { type ImageName } from '../../parts/places.js';
import { ConfigTab } from './config-tab.js';
import { EntriesTab } from './entries-tab.js';
import { FilesTab } from './files-tab.js';
import { HoldersTab } from './holders-tab.js';
import { type ImageView } from './image-page.js';
import { LayersTab } from './layers-tab.js';
import { RawTab } from './raw-tab.js';
import { ReferrersTab } from './referrers-tab.js';

interface ImageTab {
  readonly id: string;
  readonly title: string;
  /** How many things it shows. */
  readonly count?: number;
  readonly Tab: (props: { image: ImageName; view: ImageView }) => JSX.Element;
}

/** The parts of what is shown: other ones for an image, an index and an artifact. */
function tabsOf(view: ImageView): readonly ImageTab[] {
  const { manifest, image, referrers, holders } = view;
  const shown = image?.manifest ?? manifest;
  const isImage = shown.purpose === 'image';
  const referring = referrers.referrers.length + (image?.referrers?.referrers.length ?? 0);
  return [
    ...(image && isImage
      ? [{ id: 'layers', title: 'Layers', count: shown.layers.length, Tab: LayersTab }]
      : []),
    ...(!isImage && shown.layers.length > 0
      ? [{ id: 'files', title: 'Files', count: shown.layers.length, Tab: FilesTab }]
      : []),
    ...(isImage ? [{ id: 'config', title: 'Config', Tab: ConfigTab }] : []),
    ...(manifest.entries.length > 0
      ? [{ id: 'index', title: 'Index', count: manifest.entries.length, Tab: EntriesTab }]
      : []),
    { id: 'referrers', title: 'Referrers', count: referring, Tab: ReferrersTab },
    {
      id: 'holders',
      title: 'Held by',
      count: holders.tags.length + holders.indexes.length,
      Tab: HoldersTab,
    },
    { id: 'raw', title: 'Raw', Tab: RawTab },
  ];
}

/** The parts of an image. Which one is shown is in the address. */
export function ImageTabs({ image, view }: { image: ImageName; view: ImageView }): JSX.Element {
  const [params, setParams] = useSearchParams();
  const tabs = tabsOf(view);
  const asked = params.get('tab');
  const current = tabs.find(({ id }) => id === asked) ?? tabs[0];
  return (
    <Tabs
      value={current?.id ?? null}
      onChange={(id) =>
        setParams(
          (before) => {
            const after = new URLSearchParams(before);
            if (id !== null) after.set('tab', id);
            return after;
          },
          { replace: true },
        )
      }
      keepMounted={false}
    >
      <Tabs.List aria-label="Parts of the image">
        {tabs.map(({ id, title, count }) => (
          <Tabs.Tab key={id} value={id}>
            {count === undefined ? title : `${title} (${count})`}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ id, Tab }) => (
        <Tabs.Panel key={id} value={id} pt="md">
          <Tab image={image} view={view} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
