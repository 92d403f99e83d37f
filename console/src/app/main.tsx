import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './global.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { consolePath } from '../api/place.js';
import { askWhoLooks } from '../api/session.js';
import { App } from './app.js';
import { preparePage } from './pages.js';

/** Drawing the frame keeps the browser from sending a request. It waits this long for the first answers to be asked for, in milliseconds. */
const DRAWN_WITHIN_MS = 50;

async function start(root: HTMLElement): Promise<void> {
  const { pathname, search } = location;
  const place = pathname.slice(consolePath(document.baseURI).length) || '/';
  await Promise.race([
    preparePage(place, new URLSearchParams(search), askWhoLooks()),
    new Promise((resolve) => setTimeout(resolve, DRAWN_WITHIN_MS)),
  ]);
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no element for the console');
void start(root);
