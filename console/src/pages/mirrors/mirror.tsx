import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type JSX } from 'react';

import { EntryFacts, EntryHead } from '../../parts/entry-card.js';
import { Fact } from '../../parts/fact.js';
import { bytesText, countText } from '../../parts/format.js';
import { PlaceLink } from '../../parts/link.js';
import { Time } from '../../parts/time.js';
import {
  keptText,
  limitText,
  answeredText,
  stateOf,
  unusedText,
  type MirrorAnswer,
} from './mirror-facts.js';
import { RefreshDialog } from './refresh-dialog.js';
import { Warm } from './warm.js';

/** One mirror: how it stands with its registry, what it saves, and what one can do about it. */
export function Mirror({ mirror }: { readonly mirror: MirrorAnswer }): JSX.Element {
  const { name, url, state, warm } = mirror;
  const [isRefreshing, refreshing] = useDisclosure();
  return (
    <>
      <EntryHead
        name={name}
        url={url}
        state={stateOf(mirror)}
        actions={
          state !== 'offline' && (
            <Button size="xs" variant="default" onClick={refreshing.open}>
              Refresh a tag
            </Button>
          )
        }
      />
      <Figures mirror={mirror} />
      {warm && <Warm mirror={name} warm={warm} canFetch={state !== 'offline'} />}
      <RefreshDialog opened={isRefreshing} close={refreshing.close} mirror={name} />
    </>
  );
}

function Figures({ mirror }: { readonly mirror: MirrorAnswer }): JSX.Element {
  const { name, requests, bytes, downloads, lastAnswerAt, lastError } = mirror;
  const limit = limitText(mirror);
  return (
    <>
      <EntryFacts>
        <Fact title="Answered from here">{answeredText(requests)}</Fact>
        <Fact title="Sent from here">{bytesText(bytes.cache)}</Fact>
        <Fact title="Downloaded">{bytesText(bytes.upstream)}</Fact>
        <Fact title="Downloads now">{countText(downloads)}</Fact>
        {limit !== undefined && <Fact title="Pulls left">{limit}</Fact>}
        <Fact title="Last answer">
          {lastAnswerAt === undefined ? 'none yet' : <Time at={lastAnswerAt} />}
        </Fact>
        <Fact title="Kept">
          <PlaceLink to={`/repositories?q=${encodeURIComponent(`${name}/`)}`}>
            {keptText(mirror)}
          </PlaceLink>
        </Fact>
        <Fact title="Unused images">{unusedText(mirror)}</Fact>
      </EntryFacts>
      {lastError && (
        <Text size="sm" mt="sm" c={mirror.state === 'resting' ? 'error' : 'dimmed'}>
          Last failure <Time at={lastError.at} />: {lastError.message}
        </Text>
      )}
    </>
  );
}
