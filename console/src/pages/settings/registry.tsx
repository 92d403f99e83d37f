import { Alert, Anchor, Code, Table, Text } from '@mantine/core';
import { type JSX, type ReactNode } from 'react';

import { REGISTRY_URL, type components } from '../../api/client.js';
import { FileStates } from '../../parts/file-states.js';
import { Icon } from '../../parts/icon.js';
import { Section } from '../../parts/section.js';
import { metricsUrl } from './metrics-url.js';

type Settings = components['schemas']['Settings'];

/** The version, the state of the files, and where else to look. */
export function Registry({
  isReadOnly,
  settings,
}: {
  readonly isReadOnly: boolean;
  readonly settings: Settings;
}): JSX.Element {
  const { files, description } = settings.access;
  return (
    <>
      {isReadOnly && (
        <Alert
          variant="outline"
          color="yellow"
          icon={<Icon name="warning" />}
          title="The registry is read-only"
        >
          <Text size="sm">
            Pushes and deletions are refused. The setting REGISTRY_READ_ONLY did that, or the
            command “berth read-only on”; “berth read-only off” ends the latter.
          </Text>
        </Alert>
      )}
      <Section title="This registry">
        <Facts {...settings} />
      </Section>
      <Section
        title="Users and rules"
        about="They are files, which are read again as soon as they change."
      >
        <FileStates files={files} otherwise={description} />
      </Section>
    </>
  );
}

function Facts({ version: { version, node, specification }, settings }: Settings): JSX.Element {
  const address = metricsUrl(settings);
  return (
    <Table withRowBorders={false} verticalSpacing={4} aria-label="Facts" layout="auto">
      <Table.Tbody>
        <Fact name="Berth">{version}</Fact>
        <Fact name="Node.js">{node}</Fact>
        <Fact name="OCI Distribution Specification">{specification}</Fact>
        <Fact name="API">
          <Anchor inherit href={`${REGISTRY_URL}/api`}>
            every operation, to read
          </Anchor>
          , and{' '}
          <Anchor inherit href={`${REGISTRY_URL}/api/openapi.json`}>
            as OpenAPI
          </Anchor>
        </Fact>
        <Fact name="Metrics">
          {address === undefined ? (
            <>
              off; <Code>REGISTRY_METRICS</Code> serves them for Prometheus
            </>
          ) : (
            <Code>{address}</Code>
          )}
        </Fact>
      </Table.Tbody>
    </Table>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }): JSX.Element {
  return (
    <Table.Tr>
      <Table.Th scope="row" w={{ base: 130, sm: 260 }} fw={400} c="dimmed" pl={0}>
        {name}
      </Table.Th>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{children}</Table.Td>
    </Table.Tr>
  );
}
