import { Stack } from '@mantine/core';
import { type JSX } from 'react';
import { useSearchParams } from 'wouter';

import { type components } from '../../api/client.js';
import { useAnswer } from '../../api/queries.js';
import { EmptyState } from '../../parts/empty-state.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { PlaceLink } from '../../parts/link.js';
import { Loading } from '../../parts/loading.js';
import { imageText, parseImage, repositoryPlace, type ImageName } from '../../parts/places.js';
import { ImageActions } from './image-actions.js';
import { imageAt, platformIn } from './image-question.js';
import { ImageTabs } from './image-tabs.js';
import { ImageTitle } from './image-title.js';
import { PlatformTabs } from './platform-tabs.js';
import { PullBox } from './pull-box.js';
import { Summary } from './summary.js';

/** All that the registry tells about an image. */
export type ImageView = components['schemas']['ImageView'];
export type Manifest = components['schemas']['Manifest'];

/** An image or an artifact. `rest` is `NAME:TAG` or `NAME@DIGEST`. */
export function ImagePage({ rest }: { rest: string }): JSX.Element {
  const image = parseImage(rest);
  if (image === undefined) {
    return (
      <EmptyState title="There is no such image">
        <PlaceLink to="/repositories">Show the repositories</PlaceLink>
      </EmptyState>
    );
  }
  return <Image key={rest} image={image} />;
}

function Image({ image }: { image: ImageName }): JSX.Element {
  const { repository } = image;
  const [params] = useSearchParams();
  const platform = platformIn(params);
  const { key, ask } = imageAt(image, params);
  // The page stays while the image of another platform is awaited.
  const { data, error, refetch } = useAnswer(key, ask, { keepsPrevious: true });
  return (
    <Stack gap="md">
      <ImageTitle image={image} view={data}>
        {data && <ImageActions image={image} view={data} />}
      </ImageTitle>
      {error && (
        <ErrorPanel
          what={`Could not load ${imageText(image)}`}
          error={error}
          retry={() => void refetch()}
        />
      )}
      {error && data === undefined && (
        <PlaceLink to={repositoryPlace(repository)}>Show all tags of {repository}</PlaceLink>
      )}
      {!data && !error && <Loading what="the image" />}
      {data && <Whole image={image} view={data} platform={platform} />}
    </Stack>
  );
}

function Whole({
  image,
  view,
  platform,
}: {
  image: ImageName;
  view: ImageView;
  platform: string | undefined;
}): JSX.Element {
  return (
    <>
      <PullBox image={image} view={view} />
      <PlatformTabs view={view} platform={platform}>
        <Summary image={image} view={view} />
        <ImageTabs image={image} view={view} />
      </PlatformTabs>
    </>
  );
}
