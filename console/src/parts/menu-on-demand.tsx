import { Menu } from '@mantine/core';
import { useRef, useState, type JSX, type ReactNode } from 'react';

import { IconButton } from './icon-button.js';

/** A button that opens a menu. The menu is made when it is opened first, because a list has many of them. */
export function MenuOnDemand({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}): JSX.Element {
  const [isMade, make] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const open = (): void => {
    make(true);
    // The button of the menu takes the place of this one, and the focus returns to it at the end.
    requestAnimationFrame(() => {
      button.current?.focus();
      setOpen(true);
    });
  };
  if (!isMade) {
    const state = { 'aria-haspopup': 'menu', 'aria-expanded': false } as const;
    return <IconButton label={label} icon="more" onClick={open} {...state} />;
  }
  return (
    <Menu opened={isOpen} onChange={setOpen}>
      <Menu.Target>
        <IconButton ref={button} label={label} icon="more" />
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
