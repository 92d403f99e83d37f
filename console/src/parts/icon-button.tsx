import { type ComponentProps, type JSX } from 'react';

import classes from './icon-button.module.css';
import { Icon, type IconName } from './icon.js';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'color'> {
  /** What it does, to a screen reader. */
  readonly label: string;
  readonly icon: IconName;
  /** The colour of the icon, as CSS. By default that of less important text. */
  readonly colour?: string;
}

/** A small button with an icon. Lists have several in each row, so it is plain: one of the kit takes longer to draw than a cell. */
export function IconButton({
  label,
  icon,
  colour,
  className = '',
  ...rest
}: IconButtonProps): JSX.Element {
  return (
    <button
      type="button"
      aria-label={label}
      {...rest}
      className={`${classes.button} ${className}`}
      style={colour === undefined ? undefined : { color: colour }}
    >
      <Icon name={icon} size={16} />
    </button>
  );
}
