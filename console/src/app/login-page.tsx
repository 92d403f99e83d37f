import { Button, Paper, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState, type SubmitEvent, type JSX } from 'react';
import { useLocation } from 'wouter';

import { ApiProblem, CLIENT_ADDRESS } from '../api/client.js';
import { logIn } from '../api/session.js';
import { ErrorPanel } from '../parts/error-panel.js';
import { PageTitle } from '../parts/page-title.js';

interface LoginPageProps {
  /** The place to show after the login. By default that of the address. */
  readonly next?: string;
  /** Goes on without a login, where that is possible. */
  readonly cancel?: () => void;
}

/** Lets a person log in. */
export function LoginPage({ next, cancel }: LoginPageProps): JSX.Element {
  const [, goTo] = useLocation();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const submit = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    try {
      await logIn(textOf(form, 'name'), textOf(form, 'password'));
      if (next !== undefined) goTo(next, { replace: true });
    } catch (failure) {
      setError(wrongLogin(failure));
      setBusy(false);
    }
  };
  return (
    <Paper component="section" maw={380} mx="auto" mt="8vh" p="xl" bg="var(--berth-raised)">
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          <PageTitle title="Log in" />
          <Text size="sm" c="dimmed">
            Use the name and the password of <code>docker login {CLIENT_ADDRESS.host}</code>, or any
            name and the token of a robot.
          </Text>
          <TextInput
            name="name"
            label="Name"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
          />
          <PasswordInput
            name="password"
            label="Password or token"
            autoComplete="current-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
          />
          {error && <ErrorPanel what="Could not log in" error={error} />}
          <Button type="submit" loading={isBusy} fullWidth>
            Log in
          </Button>
          {cancel && (
            <Button variant="subtle" onClick={cancel} fullWidth>
              Go on without a login
            </Button>
          )}
        </Stack>
      </form>
    </Paper>
  );
}

function textOf(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === 'string' ? value : '';
}

function wrongLogin(failure: unknown): Error {
  if (failure instanceof ApiProblem && failure.status === 401) {
    return new Error('The name or the password is wrong. Check both, then try again.');
  }
  return failure instanceof Error ? failure : new Error(String(failure));
}
