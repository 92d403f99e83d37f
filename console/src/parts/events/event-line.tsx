import { Code, Text } from '@mantine/core';
import { type JSX, type ReactNode } from 'react';

import { bytesText, shortDigest } from '../format.js';
import { type IconName } from '../icon.js';
import { PlaceLink } from '../link.js';
import { comparePlace, imagePlace, imageText, repositoryPlace } from '../places.js';
import { explanationOf, spanText, toneOf, type RegistryEvent } from './event-text.js';
import { NoticeLine } from './notice-line.js';

interface EventLineProps {
  readonly event: RegistryEvent;
  /** What the same push did besides. */
  readonly more?: readonly RegistryEvent[];
}

/** Shows an event as a sentence, with who caused it and when, and what it means if that is not plain. */
export function EventLine({ event, more = [] }: EventLineProps): JSX.Element {
  const explanation = explanationOf(event);
  const { by } = event.data;
  return (
    <NoticeLine
      icon={iconOf(event.type)}
      tone={toneOf(event)}
      at={event.time}
      by={event.type === 'login.failed' ? undefined : by}
    >
      <EventSentence event={event} />
      {more.map((one) => (
        <Text key={one.id} size="sm" c="dimmed">
          <EventSentence event={one} />
        </Text>
      ))}
      {explanation !== undefined && (
        <Text size="sm" c="dimmed">
          {explanation}
        </Text>
      )}
    </NoticeLine>
  );
}

const ICONS: Readonly<Record<string, IconName>> = {
  'manifest.pushed': 'push',
  'tag.created': 'tag',
  'tag.moved': 'tag',
  'tag.deleted': 'bin',
  'manifest.deleted': 'bin',
  'repository.deleted': 'bin',
  'referrer.added': 'attach',
  'repository.created': 'box',
  'gc.finished': 'broom',
  'storage.low': 'warning',
  'login.failed': 'lock',
  'mirror.fetched': 'download',
  'mirror.limited': 'warning',
  'mirror.failed': 'warning',
};

function iconOf(type: string): IconName {
  return ICONS[type] ?? 'more';
}

/** Says what happened, with links to what still exists. */
export function EventSentence({ event }: { readonly event: RegistryEvent }): JSX.Element {
  return <span>{(SENTENCES[event.type] ?? unknown)(event)}</span>;
}

type Sentence = (event: RegistryEvent) => ReactNode;

const SENTENCES: Readonly<Record<string, Sentence>> = {
  'manifest.pushed': (event) => <>Pushed {namedImages(event)}</>,
  'tag.created': (event) => <>New tag {image(event, event.data.tag)}</>,
  'tag.moved': (event) => <Moved event={event} />,
  'tag.deleted': (event) => <>Deleted tag {name(event, event.data.tag)}</>,
  'manifest.deleted': (event) => <>Deleted image {name(event, event.data.digest)}</>,
  'repository.created': ({ repository = '' }) => <>New repository {repositoryLink(repository)}</>,
  'repository.deleted': ({ repository = '' }) => (
    <>
      Removed repository <b>{repository}</b>
    </>
  ),
  'referrer.added': (event) => (
    <>
      Attached {image(event, event.data.digest)} to {short(event.data.subject)}
    </>
  ),
  'gc.finished': ({ data }) => collectionText(data),
  'storage.low': ({ data }) =>
    `Little space left${data.freeBytes === undefined ? '' : `: ${bytesText(data.freeBytes)}`}`,
  'login.failed': ({ data }) => (
    <>
      Failed login as <bdi>“{data.by ?? ''}”</bdi>
    </>
  ),
  'mirror.fetched': (event) => <>Fetched {namedImages(event)}</>,
  'mirror.limited': ({ data }) => (
    <>
      The registry of the mirror <b>{data.mirror}</b> limits requests
    </>
  ),
  'mirror.failed': ({ data }) => (
    <>
      The registry of the mirror <b>{data.mirror}</b> fails
    </>
  ),
};

const unknown: Sentence = ({ type, repository }) =>
  repository === undefined ? type : `${type} in ${repository}`;

function namedImages(event: RegistryEvent): ReactNode {
  const { tags = [], tag, digest } = event.data;
  const references = tags.length > 0 ? tags : [tag ?? digest];
  return references.map((reference, at) => (
    <span key={reference}>
      {at > 0 && ', '}
      {image(event, reference)}
    </span>
  ));
}

function Moved({ event }: { readonly event: RegistryEvent }): JSX.Element {
  const { repository = '', data } = event;
  const { tag, previous, digest } = data;
  return (
    <>
      Moved tag {image(event, tag)} from {short(previous)} to {short(digest)}
      {previous !== undefined && digest !== undefined && (
        <>
          {' · '}
          <PlaceLink to={comparePlace({ repository, a: previous, b: digest })}>compare</PlaceLink>
        </>
      )}
    </>
  );
}

function image({ repository = '' }: RegistryEvent, reference = ''): ReactNode {
  return (
    <PlaceLink to={imagePlace({ repository, reference })} fw={500}>
      {shortImage(repository, reference)}
    </PlaceLink>
  );
}

function name({ repository = '' }: RegistryEvent, reference = ''): ReactNode {
  return <b>{shortImage(repository, reference)}</b>;
}

function shortImage(repository: string, reference: string): string {
  const isDigest = reference.includes(':');
  return imageText({ repository, reference: isDigest ? shortDigest(reference) : reference });
}

function repositoryLink(repository: string): ReactNode {
  return (
    <PlaceLink to={repositoryPlace(repository)} fw={500}>
      {repository}
    </PlaceLink>
  );
}

function short(digest: string | undefined): ReactNode {
  return digest === undefined ? '–' : <Code title={digest}>{shortDigest(digest)}</Code>;
}

function collectionText({ result, freedBytes = 0, milliseconds }: RegistryEvent['data']): string {
  const took = milliseconds === undefined ? '' : ` in ${spanText(milliseconds)}`;
  if (result === 'failed') return `A collection failed${took}`;
  if (freedBytes === 0) return 'A collection found nothing to free';
  return `A collection freed ${bytesText(freedBytes)}${took}`;
}
