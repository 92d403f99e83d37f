import { setNonce } from 'get-nonce';

const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');

/** The nonce of this page. The policy of the server allows only styles that have it. */
export const NONCE = meta?.nonce ?? '';

// What locks the scrolling below dialogs writes its styles by this package.
setNonce(NONCE);
