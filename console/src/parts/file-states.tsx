import { Alert, Code, List, Text } from '@mantine/core';
import { type JSX } from 'react';

import { type components } from '../api/client.js';
import { Icon } from './icon.js';

type FileState = components['schemas']['AccessFile'];

const CONTENTS = { users: 'users', rules: 'rules' } as const;

/** Shows the files that decide who may do what, and what is wrong with them. */
export function FileStates({
  files,
  otherwise,
}: {
  files: readonly FileState[];
  /** What the access control is without such files. */
  otherwise: string;
}): JSX.Element {
  if (files.length === 0) {
    return <Text size="sm">There are no files. The access control is {otherwise}.</Text>;
  }
  return (
    <>
      <List size="sm" listStyleType="none">
        {files.map(({ holds, path, problem }) => (
          <List.Item key={path}>
            <Code style={{ overflowWrap: 'anywhere' }}>{path}</Code>{' '}
            {problem === undefined
              ? `has the ${CONTENTS[holds]}, and is in use.`
              : `cannot be used. The ${CONTENTS[holds]} that it had before stay in use.`}
          </List.Item>
        ))}
      </List>
      {files.map(
        ({ path, problem }) =>
          problem !== undefined && (
            <Alert
              key={path}
              color="red"
              variant="outline"
              role="alert"
              icon={<Icon name="warning" />}
              title="A file has mistakes. Correct them; the file is read again each second."
            >
              <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                {problem}
              </Text>
            </Alert>
          ),
      )}
    </>
  );
}
