import { type JSX } from 'react';

import classes from './platforms.module.css';
import { purposeText } from './purpose.js';

/** How many platforms are named before the others are only counted. */
const SHOWN = 2;

/** Shows for what an image is: its platforms, or its purpose if it has none. Plain elements, because each row of a list has some. */
export function Platforms({
  platforms,
  purpose,
}: {
  platforms: readonly string[];
  purpose: string;
}): JSX.Element {
  const shown = platforms.slice(0, SHOWN);
  const more = platforms.length - shown.length;
  return (
    <div className={classes.platforms} title={platforms.join(', ')}>
      {(shown.length === 0 ? [purposeText(purpose)] : shown).map((text) => (
        <span key={text} className={classes.platform}>
          {text}
        </span>
      ))}
      {more > 0 && <span className={classes.more}>and {more} more</span>}
    </div>
  );
}
