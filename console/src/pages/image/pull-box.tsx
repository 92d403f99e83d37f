import { Group, SegmentedControl, Select } from '@mantine/core';
import { useState, type JSX } from 'react';

import { CLIENT_ADDRESS } from '../../api/client.js';
import { useChosenClient } from '../../parts/chosen-client.js';
import { CommandBox } from '../../parts/command-box.js';
import { type ImageName } from '../../parts/places.js';
import { commandsFor } from './image-commands.js';
import { type ImageView } from './image-page.js';

/** Shows how to get the image with the client that the person uses, by the tag or by the digest. */
export function PullBox({ image, view }: { image: ImageName; view: ImageView }): JSX.Element {
  const [chosen, choose] = useChosenClient();
  const [by, setBy] = useState<'tag' | 'digest'>(view.tag ? 'tag' : 'digest');
  const reference = by === 'tag' ? image.reference : view.digest;
  const commands = commandsFor(view.manifest.purpose, CLIENT_ADDRESS, { ...image, reference });
  const command = commands.find(({ client }) => client === chosen) ?? commands[0];
  return (
    <Group gap="xs" align="flex-start">
      <Select
        aria-label="Client"
        data={commands.map(({ client }) => client)}
        value={command?.client ?? null}
        onChange={(value) => value !== null && choose(value)}
        allowDeselect={false}
        w={130}
      />
      {view.tag && (
        <SegmentedControl
          aria-label="Pull by"
          data={[
            { value: 'tag', label: 'by tag' },
            { value: 'digest', label: 'by digest' },
          ]}
          value={by}
          onChange={setBy}
        />
      )}
      <div style={{ flex: '1 1 260px', minWidth: 0 }}>
        <CommandBox text={command?.text ?? ''} what="the pull command" />
      </div>
    </Group>
  );
}
