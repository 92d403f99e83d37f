import { type JSX, type Ref } from 'react';

import classes from './icon-button.module.css';
import { Icon, type IconName } from './icon.js';

interface IconButtonProps {
  /** What it does, to a screen reader. */
  readonly label: string;
  readonly icon: IconName;
  readonly onClick: () => void;
  /** What it does, to a mouse that rests on it. */
  readonly title?: string;
  /** The colour of the icon, as CSS. By default that of less important text. */
  readonly colour?: string;
  /** Whether it opens a menu. */
  readonly opensMenu?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A small button with an icon. Lists have several in each row, so it is plain: one of the kit takes longer to draw than a cell. */
export function IconButton(props: IconButtonProps): JSX.Element {
  const { label, icon, onClick, title, colour, opensMenu = false, ref } = props;
  return (
    <button
      ref={ref}
      type="button"
      className={classes.button}
      aria-label={label}
      title={title}
      style={colour === undefined ? undefined : { color: colour }}
      onClick={onClick}
      {...(opensMenu && { 'aria-haspopup': 'menu', 'aria-expanded': false })}
    >
      <Icon name={icon} size={16} />
    </button>
  );
}
