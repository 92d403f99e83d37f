import { Badge, Button, Popover, Stack, Text } from '@mantine/core';
import { type JSX } from 'react';

import { type components } from '../../api/client.js';
import { Bytes } from '../../parts/bytes.js';
import { Digest } from '../../parts/digest.js';
import { DownloadLink } from '../../parts/download-link.js';
import { ForeignText } from '../../parts/foreign-text.js';
import { countOf, shortDigest } from '../../parts/format.js';
import { type ImageName } from '../../parts/places.js';
import { RepositoryLink } from '../../parts/repository-link.js';
import { type ImageView } from './image-page.js';
import { commandText, layerFormat } from './image-texts.js';
import classes from './image.module.css';

type Layer = components['schemas']['Layer'];
type Step = components['schemas']['Step'];

/** A line of the build: a command, and the layer that it made if it made one. */
interface Line {
  readonly command: string;
  readonly layer: Layer | undefined;
}

/** The steps of the build with their layers, or the layers alone if the history does not describe them. */
function linesOf(layers: readonly Layer[], steps: readonly Step[]): Line[] {
  if (steps.length === 0) {
    return layers.map((layer) => ({ command: layer.command ?? '', layer }));
  }
  return steps.map(({ command = '', comment = '', layer }) => ({
    command: command === '' ? comment : command,
    layer: layer === undefined ? undefined : layers[layer],
  }));
}

/** The layers of an image with the commands that made them, in the order of the build. */
export function LayersTab({
  image: { repository },
  view,
}: {
  image: ImageName;
  view: ImageView;
}): JSX.Element {
  const { manifest, steps, shared } = view.image ?? {
    manifest: view.manifest,
    steps: [],
    shared: [],
  };
  const lines = linesOf(manifest.layers, steps);
  const largest = Math.max(1, ...manifest.layers.map(({ size }) => size));
  const others = new Map(shared.map(({ digest, repositories }) => [digest, repositories]));
  if (lines.length === 0) return <Text c="dimmed">The image has no layers.</Text>;
  return (
    <ol className={classes.steps} aria-label="Layers">
      {lines.map(({ command, layer }, at) => (
        <li key={at} className={classes.step} data-empty={layer === undefined || undefined}>
          <div className={classes.command}>
            <ForeignText text={commandText(command)} isCode />
            {layer && <About layer={layer} repositories={others.get(layer.digest) ?? []} />}
          </div>
          {layer && (
            <>
              <div className={classes.bar} aria-hidden="true">
                <span style={{ width: `${(100 * layer.size) / largest}%` }} />
              </div>
              <span className={classes.size}>
                <Bytes bytes={layer.size} />
              </span>
              {!layer.isForeign && (
                <DownloadLink
                  repository={repository}
                  digest={layer.digest}
                  file={`${shortDigest(layer.digest).replace(':', '-')}.layer`}
                  what={`layer ${shortDigest(layer.digest)}`}
                />
              )}
            </>
          )}
        </li>
      ))}
    </ol>
  );
}

function About({
  layer: { digest, mediaType, annotations, isForeign },
  repositories,
}: {
  layer: Layer;
  repositories: readonly string[];
}): JSX.Element {
  const format = layerFormat(mediaType, annotations);
  return (
    <div className={classes.about}>
      <Digest digest={digest} />
      {format !== '' && (
        <Badge variant="default" size="xs" tt="none" fw={500} title={mediaType}>
          {format}
        </Badge>
      )}
      {isForeign && <span>stays with its publisher</span>}
      {repositories.length > 0 && <AlsoIn repositories={repositories} />}
    </div>
  );
}

/** Names the other repositories that have a layer, of those that the person may see. */
function AlsoIn({ repositories }: { repositories: readonly string[] }): JSX.Element {
  return (
    <Popover position="bottom-start" shadow="md" withRoles={false}>
      <Popover.Target>
        <Button variant="subtle" size="compact-xs" fw={500}>
          also in {countOf(repositories.length, 'repository', 'repositories')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown mah={320} style={{ overflow: 'auto' }}>
        <Stack gap={4}>
          {repositories.map((name) => (
            <RepositoryLink key={name} name={name} />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
