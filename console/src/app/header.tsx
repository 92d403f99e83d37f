import {
  ActionIcon,
  Burger,
  Menu,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { type JSX } from 'react';
import { Link, useLocation } from 'wouter';

import { type Session } from '../api/session.js';
import { Icon } from '../parts/icon.js';
import { AccountMenu } from './account-menu.js';
import { ConnectionNote } from './connection-note.js';
import logo from './logo.svg';
import { type PageEntry } from './pages.js';
import classes from './shell.module.css';

interface HeaderProps {
  readonly session: Session;
  readonly navigation: readonly PageEntry[];
}

/** The top of every page. */
export function Header({ session, navigation }: HeaderProps): JSX.Element {
  const isNarrow = useMediaQuery('(max-width: 800px)', false, { getInitialValueInEffect: false });
  return (
    <header className={classes.header}>
      {isNarrow && navigation.length > 0 && <NarrowNavigation navigation={navigation} />}
      <Link to="/repositories" className={classes.brand}>
        <img src={logo} width={26} height={26} alt="" />
        Berth
      </Link>
      <nav className={classes.links} aria-label="Pages">
        {!isNarrow && navigation.map((entry) => <NavigationLink key={entry.path} {...entry} />)}
      </nav>
      <ConnectionNote />
      <ColourSchemeButton />
      <AccountMenu session={session} />
    </header>
  );
}

function useIsCurrent(path: string): boolean {
  const [place] = useLocation();
  return place === path || place.startsWith(`${path}/`);
}

function NavigationLink({ path, title }: PageEntry): JSX.Element {
  const isCurrent = useIsCurrent(path);
  return (
    <Link to={path} className={classes.link} aria-current={isCurrent ? 'page' : undefined}>
      <>{title}</>
    </Link>
  );
}

function NarrowNavigation({ navigation }: Pick<HeaderProps, 'navigation'>): JSX.Element {
  const [opened, { toggle, close }] = useDisclosure();
  return (
    <Menu opened={opened} onChange={toggle} position="bottom-start" width={220}>
      <Menu.Target>
        <Burger
          opened={opened}
          size="sm"
          aria-label={opened ? 'Close the menu' : 'Open the menu'}
        />
      </Menu.Target>
      <Menu.Dropdown>
        {navigation.map(({ path, title }) => (
          <Menu.Item key={path} component={Link} to={path} onClick={close}>
            {title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function ColourSchemeButton(): JSX.Element {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon
      size="lg"
      aria-label={`Use ${other} colours`}
      title={`Use ${other} colours`}
      onClick={() => setColorScheme(other)}
    >
      <Icon name={scheme === 'dark' ? 'sun' : 'moon'} />
    </ActionIcon>
  );
}
