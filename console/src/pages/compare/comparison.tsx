import { Button, Group, Stack, Text } from '@mantine/core';
import { type JSX } from 'react';
import { useLocation } from 'wouter';

import { api, ApiProblem, dataOf, type components } from '../../api/client.js';
import { useAnswer } from '../../api/queries.js';
import { EmptyState } from '../../parts/empty-state.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { PlaceLink } from '../../parts/link.js';
import { Loading } from '../../parts/loading.js';
import { comparePlace, type ComparedImages } from '../../parts/places.js';
import { queryOf } from './chosen-images.js';
import { ComparedConfigs } from './compared-configs.js';
import { ComparedFiles } from './compared-files.js';
import { ComparedLayers } from './compared-layers.js';
import { ComparedSizes } from './compared-sizes.js';

export type ComparedAnswer = components['schemas']['Comparison'];

/** Shows how two images differ. */
export function Comparison({ chosen }: { readonly chosen: ComparedImages }): JSX.Element {
  const { repository, other } = chosen;
  const answer = useAnswer(['comparison', repository, other, chosen], (signal) => {
    const params = { path: { name: repository }, query: queryOf(chosen) };
    return dataOf(api.GET('/api/v1/repositories/{name}/compare', { params, signal }));
  });
  const { data, error } = answer;
  if (data !== undefined) return <Differences chosen={chosen} answer={data} />;
  if (error === null) return <Loading what="the comparison" />;
  const platforms = platformsOf(error);
  if (platforms.length > 0) return <PlatformChoice chosen={chosen} platforms={platforms} />;
  return (
    <ErrorPanel
      what="Could not compare the images"
      error={error}
      retry={() => void answer.refetch()}
    />
  );
}

function Differences({
  chosen,
  answer,
}: {
  readonly chosen: ComparedImages;
  readonly answer: ComparedAnswer;
}): JSX.Element {
  if (answer.a === answer.b) {
    return (
      <EmptyState title="Both are the same image">
        Their digests are equal, so all of their content is.
      </EmptyState>
    );
  }
  return (
    <Stack gap="lg">
      <ChosenPlatform chosen={chosen} />
      <ComparedSizes answer={answer} />
      <ComparedLayers layers={answer.layers} />
      <ComparedConfigs answer={answer} />
      <ComparedFiles chosen={chosen} />
    </Stack>
  );
}

function ChosenPlatform({ chosen }: { readonly chosen: ComparedImages }): JSX.Element | null {
  const { platform, ...rest } = chosen;
  if (platform === undefined) return null;
  return (
    <Text size="sm" c="dimmed">
      {`For ${platform} · `}
      <PlaceLink to={comparePlace(rest)}>another platform</PlaceLink>
    </Text>
  );
}

/** Lets a person choose among the platforms of an index. */
function PlatformChoice({
  chosen,
  platforms,
}: {
  readonly chosen: ComparedImages;
  readonly platforms: readonly string[];
}): JSX.Element {
  const [, goTo] = useLocation();
  return (
    <EmptyState title="Choose a platform">
      <Text c="dimmed">An image has several platforms. Compare those of:</Text>
      <Group gap="xs">
        {platforms.map((platform) => (
          <Button
            key={platform}
            variant="default"
            size="xs"
            onClick={() => goTo(comparePlace({ ...chosen, platform }))}
          >
            {platform}
          </Button>
        ))}
      </Group>
    </EmptyState>
  );
}

/** Returns the platforms among which the registry asks to choose. */
function platformsOf(error: Error): readonly string[] {
  const about: unknown = error instanceof ApiProblem ? error.about : undefined;
  const { platforms } = Object(about) as { readonly platforms?: unknown };
  if (!Array.isArray(platforms)) return [];
  return platforms.filter((one): one is string => typeof one === 'string');
}
