import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState, type JSX } from 'react';

import { contentText, type ContentText } from '../../api/content.js';
import { useAnswer } from '../../api/queries.js';
import { AnswerView } from '../../parts/answer-view.js';
import { CopyButton } from '../../parts/copy-button.js';
import { DownloadLink } from '../../parts/download-link.js';
import { bytesText, shortDigest } from '../../parts/format.js';
import { type ImageName } from '../../parts/places.js';
import { visibleText } from '../../parts/visible-text.js';
import { type ImageView } from './image-page.js';
import { readableJson } from './image-texts.js';
import classes from './image.module.css';

/** More would make the page slow. The rest can be downloaded. */
const SHOWN_BYTES = 256 * 1024;

/** A text that can be looked at. */
interface Source {
  readonly title: string;
  readonly digest: string;
}

function sourcesOf({ manifest, image }: ImageView): Source[] {
  const shown = image?.manifest ?? manifest;
  const isIndex = shown.digest !== manifest.digest;
  return [
    { title: isIndex ? 'Index' : 'Manifest', digest: manifest.digest },
    ...(isIndex ? [{ title: 'Manifest', digest: shown.digest }] : []),
    ...(shown.config ? [{ title: 'Config', digest: shown.config.digest }] : []),
  ];
}

/** The manifest and the config as they were pushed. */
export function RawTab({
  image: { repository },
  view,
}: {
  image: ImageName;
  view: ImageView;
}): JSX.Element {
  const sources = sourcesOf(view);
  const [title, setTitle] = useState('Manifest');
  const source = sources.find((one) => one.title === title) ?? sources[0];
  const digest = source?.digest ?? view.digest;
  const answer = useAnswer(['content', repository, digest], (signal) =>
    contentText(repository, digest, SHOWN_BYTES, signal),
  );
  const { data } = answer;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <SegmentedControl
          aria-label="What is shown"
          data={sources.map((one) => one.title)}
          value={source?.title ?? ''}
          onChange={setTitle}
          size="xs"
        />
        {data && data.missingBytes === 0 && (
          <CopyButton text={data.text} what={`the ${title.toLowerCase()}`} />
        )}
        <DownloadLink
          repository={repository}
          digest={digest}
          file={`${title.toLowerCase()}-${shortDigest(digest).replace(':', '-')}.json`}
          what={`the ${title.toLowerCase()}`}
        />
      </Group>
      <AnswerView answer={answer} what="the text">
        {(content) => <RawText {...content} />}
      </AnswerView>
    </Stack>
  );
}

function RawText({ text, missingBytes }: ContentText): JSX.Element {
  return (
    <>
      {missingBytes > 0 && (
        <Text size="sm" c="dimmed">
          This is the beginning. {bytesText(missingBytes)} more are in the download.
        </Text>
      )}
      <pre className={classes.raw} tabIndex={0} role="group" aria-label="Text">
        {visibleText(missingBytes > 0 ? text : readableJson(text))}
      </pre>
    </>
  );
}
