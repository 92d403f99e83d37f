import { Stack, Tabs } from '@mantine/core';
import { type JSX, type ReactNode } from 'react';
import { useSearchParams } from 'wouter';

import { EmptyState } from '../../parts/empty-state.js';
import { type ImageView } from './image-page.js';

/** Returns the platforms of the images of an index, each once, as far as they are images. */
function platformsOf({ manifest }: ImageView): string[] {
  const images = manifest.entries.filter(({ purpose = 'image' }) => purpose === 'image');
  return [...new Set(images.map(({ platform }) => platform).filter((one) => one !== undefined))];
}

/** Chooses the platform whose image is shown. */
export function PlatformTabs({
  view,
  platform,
  children,
}: {
  view: ImageView;
  platform: string | undefined;
  children: ReactNode;
}): JSX.Element {
  const [, setParams] = useSearchParams();
  const platforms = platformsOf(view);
  if (platforms.length === 0) return <>{children}</>;
  const current = view.image?.platform ?? platform ?? platforms[0];
  return (
    <Tabs
      variant="pills"
      value={current ?? null}
      onChange={(value) =>
        setParams(
          (before) => {
            const after = new URLSearchParams(before);
            if (value !== null) after.set('platform', value);
            return after;
          },
          { replace: true },
        )
      }
    >
      <Tabs.List aria-label="Platforms">
        {platforms.map((one) => (
          <Tabs.Tab key={one} value={one} size="sm">
            {one}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={current ?? ''} pt="md">
        <Stack gap="md">
          {view.image === undefined && (
            <EmptyState title={`The image for ${current ?? 'this platform'} is not here`}>
              The index lists it, but this repository does not have it. Choose another platform, or
              push it.
            </EmptyState>
          )}
          {children}
        </Stack>
      </Tabs.Panel>
    </Tabs>
  );
}
