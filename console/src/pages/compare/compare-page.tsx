import { Stack } from '@mantine/core';
import { type JSX } from 'react';
import { useSearchParams } from 'wouter';

import { EmptyState } from '../../parts/empty-state.js';
import { PageTitle } from '../../parts/page-title.js';
import { comparePlace } from '../../parts/places.js';
import { chosenImages } from './chosen-images.js';
import { Comparison } from './comparison.js';
import { ImagesForm } from './images-form.js';

/** How two images differ: their layers, their configs, and on demand their files. */
export function ComparePage(): JSX.Element {
  const [params] = useSearchParams();
  const chosen = chosenImages(params);
  const place = chosen === undefined ? '' : comparePlace(chosen);
  return (
    <Stack gap="lg">
      <PageTitle title="Compare images" />
      <ImagesForm key={`form ${place}`} chosen={chosen} />
      {chosen === undefined ? (
        <EmptyState title="Choose two images">
          Write them as you pull them, such as team/app:1.0 and team/app:2.0.
        </EmptyState>
      ) : (
        <Comparison key={place} chosen={chosen} />
      )}
    </Stack>
  );
}
