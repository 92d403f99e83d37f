import { Button, Code, Group, List, Text, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type SubmitEvent, type JSX } from 'react';

import { api, dataOf, type components } from '../../api/client.js';
import { useAnswer } from '../../api/queries.js';
import { AnswerView } from '../../parts/answer-view.js';
import { RepositoryLink } from '../../parts/repository-link.js';
import { Section } from '../../parts/section.js';
import { Time } from '../../parts/time.js';
import classes from './storage.module.css';

type Reason = components['schemas']['Reason'];

const DIGEST = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

interface WhyStoredProps {
  /** What was asked for. Empty: nothing. */
  readonly digest: string;
  readonly ask: (digest: string) => void;
}

/** Asks why some content is stored. The question is in the address of the page. */
export function WhyStored({ digest, ask }: WhyStoredProps): JSX.Element {
  const [text, setText] = useState(digest);
  const [problem, setProblem] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (digest === '') return;
    field.current?.focus({ preventScroll: true });
    field.current?.scrollIntoView({ block: 'center' });
  }, [digest]);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const wanted = text.trim();
    const isRight = wanted === '' || DIGEST.test(wanted);
    setProblem(
      isRight ? undefined : 'A digest is sha256: with 64 digits from 0 to f, or sha512: with 128.',
    );
    if (isRight) ask(wanted);
  };
  return (
    <Section
      title="Why is it stored"
      about="Enter the digest of a layer, a config or a manifest to see what keeps it."
    >
      <form onSubmit={submit} noValidate>
        <Group gap="sm" align="flex-start">
          <TextInput
            ref={field}
            aria-label="Digest"
            placeholder="sha256:…"
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            error={problem}
            autoComplete="off"
            spellCheck={false}
            style={{ flex: '1 1 220px' }}
          />
          <Button type="submit" variant="default">
            Explain
          </Button>
        </Group>
      </form>
      {DIGEST.test(digest) && <Reasons digest={digest} />}
    </Section>
  );
}

function Reasons({ digest }: { digest: string }): JSX.Element {
  const answer = useAnswer(['storage', 'why', digest], (signal) => {
    const params = { path: { digest } };
    return dataOf(api.GET('/api/v1/storage/why/{digest}', { params, signal }));
  });
  return (
    <AnswerView answer={answer} what="the reasons">
      {({ reasons }) =>
        reasons.length === 0 ? (
          <Text size="sm" role="status">
            No repository has this content.
          </Text>
        ) : (
          <List listStyleType="none" spacing="sm" size="sm">
            {reasons.map((reason) => (
              <List.Item key={`${reason.repository} ${reason.kind}`}>
                <ReasonLines {...reason} />
              </List.Item>
            ))}
          </List>
        )
      }
    </AnswerView>
  );
}

function ReasonLines({ repository, chain, lastUsedAt }: Reason): JSX.Element {
  return (
    <>
      <Text size="sm">
        <RepositoryLink name={repository} />{' '}
        <Text span c="dimmed">
          {chain.length === 0
            ? 'has it, but no tag reaches it. A collection removes it after its grace period.'
            : 'keeps it:'}
        </Text>
      </Text>
      {chain.length > 0 && (
        <ol className={classes.chain}>
          {chain.map((step) => (
            <li key={step}>
              <Code style={{ overflowWrap: 'anywhere' }}>{step}</Code>
            </li>
          ))}
        </ol>
      )}
      <Text size="xs" c="dimmed">
        Last used <Time at={lastUsedAt} />
      </Text>
    </>
  );
}
