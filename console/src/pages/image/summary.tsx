import { Button, Paper } from '@mantine/core';
import { useState, type JSX } from 'react';

import { api, dataOf, type components } from '../../api/client.js';
import { useAnswer } from '../../api/queries.js';
import { Bytes } from '../../parts/bytes.js';
import { Fact } from '../../parts/fact.js';
import { ForeignText } from '../../parts/foreign-text.js';
import { countText } from '../../parts/format.js';
import { type ImageName } from '../../parts/places.js';
import { purposeText } from '../../parts/purpose.js';
import { Time } from '../../parts/time.js';
import { TimeBy } from '../../parts/time-by.js';
import { type ImageView } from './image-page.js';
import classes from './image.module.css';

/** What is usually asked first about an image. */
export function Summary({ image, view }: { image: ImageName; view: ImageView }): JSX.Element {
  const { manifest, tag } = view;
  const shown = view.image?.manifest ?? manifest;
  const config = shown.image;
  const isIndex = shown.digest !== manifest.digest;
  return (
    <Paper className={classes.facts} component="dl" p="md" bg="var(--berth-raised)" m={0}>
      <Fact title="Compressed size">
        <Bytes bytes={shown.totalBytes} />
        {isIndex && (
          <span className={classes.note}>
            {' '}
            of <Bytes bytes={manifest.totalBytes} /> for all platforms
          </span>
        )}
      </Fact>
      <UniqueSize repository={image.repository} digest={manifest.digest} />
      {config?.created !== undefined && !config.created.startsWith('1970-01-01') && (
        <Fact title="Created">
          <Time at={config.created} />
        </Fact>
      )}
      {tag && (
        <Fact title="Pushed">
          <TimeBy at={tag.pushedAt} by={tag.pushedBy} />
        </Fact>
      )}
      <Fact title="Last pulled">
        <Time at={manifest.lastPulledAt} never="never" />
        {manifest.pulls > 0 && (
          <span className={classes.note}> ({countText(manifest.pulls)} pulls)</span>
        )}
      </Fact>
      <Fact title="What it is">
        {purposeText(shown.purpose)}
        <span className={classes.note}>
          {`, in the format of ${manifest.format === 'docker' ? 'Docker' : 'OCI'}`}
        </span>
      </Fact>
      {config && <Platform {...config} />}
      {shown.artifactType !== undefined && (
        <Fact title="Type of the artifact" isWide>
          <ForeignText text={shown.artifactType} />
        </Fact>
      )}
      <Fact title="Media type" isWide>
        <ForeignText text={shown.mediaType} />
      </Fact>
      {isIndex && (
        <Fact title="Digest for this platform" isWide>
          <ForeignText text={shown.digest} isCode />
        </Fact>
      )}
    </Paper>
  );
}

function Platform({
  os = '',
  architecture = '',
  variant,
  osVersion,
}: components['schemas']['Image']): JSX.Element | null {
  if (os === '' && architecture === '') return null;
  const parts = [os, architecture, ...(variant === undefined ? [] : [variant])];
  return (
    <Fact title="Platform">
      <ForeignText text={parts.join('/') + (osVersion === undefined ? '' : ` (${osVersion})`)} />
    </Fact>
  );
}

/**
 * The bytes that only this image needs. The registry finds them by its collector's rules, which takes seconds in a repository with thousands
 * of images, so that a person asks for them.
 */
function UniqueSize({ repository, digest }: { repository: string; digest: string }): JSX.Element {
  const [isAsked, setAsked] = useState(false);
  const query = { tags: '', manifests: digest };
  const { data, error, isFetching, refetch } = useAnswer(
    ['removal', repository, query],
    (signal) =>
      dataOf(
        api.GET('/api/v1/repositories/{name}/removal', {
          params: { path: { name: repository }, query },
          signal,
        }),
      ),
    { enabled: isAsked },
  );
  const ask = (): void => {
    if (isAsked) void refetch();
    else setAsked(true);
  };
  return (
    <Fact title="Unique size">
      <span role="status">
        {data && <Bytes bytes={data.freedBytes ?? data.bytes} />}
        {data && data.freedBytes === undefined && (
          <span className={classes.note}> within this repository</span>
        )}
        {error && !isFetching && 'could not be counted '}
      </span>
      {data === undefined && (
        <Button
          variant="default"
          size="compact-xs"
          loading={isFetching}
          aria-label="Count the unique size"
          onClick={ask}
        >
          {error ? 'Try again' : 'Count'}
        </Button>
      )}
    </Fact>
  );
}
