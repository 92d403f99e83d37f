import { Suspense, type JSX } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';

import { endLogin, useLoginNeeded } from '../api/login-needed.js';
import { useLiveRefresh } from '../api/live/refresh.js';
import { useLoginState, useSession } from '../api/session.js';
import { EmptyState } from '../parts/empty-state.js';
import { ErrorPanel } from '../parts/error-panel.js';
import { PlaceLink } from '../parts/link.js';
import { Loading } from '../parts/loading.js';
import { ErrorBoundary } from './error-boundary.js';
import { Header } from './header.js';
import { Keys } from './keys.js';
import { LoginPage } from './login-page.js';
import { navigationFor, PAGES } from './pages.js';
import { useTopOfPage } from './scroll.js';
import classes from './shell.module.css';

/** The frame of every page: the header, the page or the login in its place, and the keys. */
export function Shell(): JSX.Element {
  const session = useSession();
  const login = useLoginState();
  const isLoginAsked = useLoginNeeded();
  const isLoginShown = isLoginAsked || login.data?.allowed === false;
  const navigation = isLoginShown ? [] : navigationFor(session);
  const [place] = useLocation();
  useTopOfPage(place);
  useLiveRefresh(login.data?.allowed === true);
  return (
    <>
      <a className={classes.skip} href={`${location.pathname}${location.search}#content`}>
        Skip to the content
      </a>
      <Header session={session} navigation={navigation} />
      <main id="content" className={classes.content} tabIndex={-1}>
        <Content login={login} isLoginShown={isLoginShown} place={place} />
      </main>
      <Keys navigation={navigation} />
    </>
  );
}

interface ContentProps {
  readonly login: ReturnType<typeof useLoginState>;
  readonly isLoginShown: boolean;
  readonly place: string;
}

function Content({ login, isLoginShown, place }: ContentProps): JSX.Element {
  if (login.isPending) return <Loading what="the page" />;
  if (login.data === undefined) {
    const retry = (): void => void login.refetch();
    return <ErrorPanel what="Could not ask who is logged in" error={login.error} retry={retry} />;
  }
  if (isLoginShown) return <LoginPage {...(login.data.allowed && { cancel: endLogin })} />;
  return (
    <ErrorBoundary key={place}>
      <Suspense fallback={<Loading what="the page" />}>
        <Pages />
      </Suspense>
    </ErrorBoundary>
  );
}

function Pages(): JSX.Element {
  return (
    <Switch>
      <Route path="/">
        <Redirect to="/repositories" replace />
      </Route>
      <Route path="/login">
        <LoginPage next="/repositories" />
      </Route>
      {PAGES.map(({ path, Page }) => (
        <Route key={path} path={path}>
          {(params: Readonly<Record<string, string | undefined>>) => (
            <Page rest={params['*'] ?? ''} />
          )}
        </Route>
      ))}
      <Route>
        <EmptyState title="There is no such page">
          <PlaceLink to="/repositories">Show the repositories</PlaceLink>
        </EmptyState>
      </Route>
    </Switch>
  );
}
