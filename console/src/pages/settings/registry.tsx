import { Alert, Anchor, Code, Table, Text } from '@mantine/core';
import { type JSX, type ReactNode } from 'react';

import { api, dataOf, REGISTRY_URL, type components } from '../../api/client.js';
import { useAnswer } from '../../api/queries.js';
import { AnswerView } from '../../parts/answer-view.js';
import { FileStates } from '../../parts/file-states.js';
import { Icon } from '../../parts/icon.js';
import { Section } from '../../parts/section.js';
import { metricsUrl } from './metrics-url.js';
import { useSettings } from './use-settings.js';

type Version = components['schemas']['Version'];

/** The version, the state of the files, and where else to look. */
export function Registry({ isReadOnly }: { isReadOnly: boolean }): JSX.Element {
  const version = useAnswer(['version'], (signal) =>
    dataOf(api.GET('/api/v1/version', { signal })),
  );
  const rules = useAnswer(['access', 'rules'], (signal) =>
    dataOf(api.GET('/api/v1/access/rules', { signal })),
  );
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
        <AnswerView answer={version} what="the version">
          {(data) => <Facts {...data} />}
        </AnswerView>
      </Section>
      <Section
        title="Users and rules"
        about="They are files, which are read again as soon as they change."
      >
        <AnswerView answer={rules} what="the files">
          {({ files, description }) => <FileStates files={files} otherwise={description} />}
        </AnswerView>
      </Section>
    </>
  );
}

function Facts({ version, node, specification }: Version): JSX.Element {
  const settings = useSettings();
  const address = metricsUrl(settings.data?.settings ?? []);
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
