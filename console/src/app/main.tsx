import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './global.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { consolePath } from '../api/place.js';
import { askWhoLooks } from '../api/session.js';
import { App } from './app.js';
import { preparePage } from './pages.js';

// The answers are on their way while the frame of the page is drawn.
const { pathname, search } = location;
const place = pathname.slice(consolePath(document.baseURI).length) || '/';
preparePage(place, new URLSearchParams(search), askWhoLooks()).catch(() => {
  // What fails is tried again, and shown, when the page is opened.
});

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no element for the console');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
