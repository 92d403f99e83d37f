import { Suspense, type JSX } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';

import { endLogin, useLoginNeeded } from '../api/login-needed.js';
import { useSession } from '../api/session.js';
import { EmptyState } from '../parts/empty-state.js';
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
  const isLoginNeeded = useLoginNeeded();
  const [place] = useLocation();
  useTopOfPage(place);
  return (
    <>
      <a className={classes.skip} href={`${location.pathname}${location.search}#content`}>
        Skip to the content
      </a>
      <Header session={session} navigation={isLoginNeeded ? [] : navigationFor(session)} />
      <main id="content" className={classes.content} tabIndex={-1}>
        {isLoginNeeded ? (
          <LoginPage cancel={session.hasLogins ? endLogin : undefined} />
        ) : (
          <ErrorBoundary key={place}>
            <Suspense fallback={<Loading what="the page" />}>
              <Pages />
            </Suspense>
          </ErrorBoundary>
        )}
      </main>
      <Keys navigation={navigationFor(session)} />
    </>
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
