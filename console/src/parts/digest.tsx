import { type JSX } from 'react';

import { CopyButton } from './copy-button.js';
import classes from './digest.module.css';
import { shortDigest } from './format.js';

/** Shows the beginning of a digest, and copies all of it. */
export function Digest({ digest }: { digest: string }): JSX.Element {
  return (
    <span className={classes.digest}>
      <code className={classes.text} title={digest}>
        {shortDigest(digest)}
      </code>
      <CopyButton text={digest} what="the digest" />
    </span>
  );
}
