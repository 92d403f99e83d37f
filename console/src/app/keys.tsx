import { Kbd, Modal, Table } from '@mantine/core';
import { useEffect, useRef, useState, type JSX } from 'react';
import { useLocation } from 'wouter';

import { type PageEntry } from './pages.js';
import { actOnRow } from './row-keys.js';

/** How long after `g` the name of a page is awaited. */
const SEQUENCE_MS = 1_500;

/** The keys of every page. The help lists them. */
export function Keys({ navigation }: { navigation: readonly PageEntry[] }): JSX.Element {
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [, goTo] = useLocation();
  const goneAtMs = useRef(-Infinity);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!isFree(event)) return;
      const { key } = event;
      const isSequence = event.timeStamp - goneAtMs.current < SEQUENCE_MS;
      goneAtMs.current = key === 'g' ? event.timeStamp : -Infinity;
      const target = isSequence && navigation.find((entry) => entry.key === key);
      if (target) goTo(target.path);
      else if (key === '?') setHelpOpen(true);
      else if (key === '/') focusSearch();
      else if (!actOnRow(key)) return;
      event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [navigation, goTo]);
  return (
    <Modal
      opened={isHelpOpen}
      onClose={() => setHelpOpen(false)}
      title="Keys"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Table>
        <Table.Tbody>
          {helpLines(navigation).map(([keys, effect]) => (
            <Table.Tr key={keys}>
              <Table.Td>
                {keys.split(' ').map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{effect}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}

function helpLines(navigation: readonly PageEntry[]): [keys: string, effect: string][] {
  return [
    ['/', 'Search'],
    ...navigation.flatMap(({ key, title }): [string, string][] =>
      key === undefined || title === undefined ? [] : [[`g ${key}`, title]],
    ),
    ['j k', 'Next row, row before'],
    ['Enter', 'Open the row'],
    ['c', 'Copy the pull command of the row'],
    ['x', 'Select the row'],
    ['Esc', 'Close'],
    ['?', 'Show these keys'],
  ];
}

/** Whether a key is not meant for a field, a dialog or the browser. */
function isFree({ target, ctrlKey, metaKey, altKey, defaultPrevented }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || defaultPrevented) return false;
  // The kit keeps closed lists of choices in the page, out of sight.
  const overlays = document.querySelectorAll('[role="dialog"], [role="menu"], [role="listbox"]');
  if ([...overlays].some((overlay) => overlay.checkVisibility())) return false;
  return !(target instanceof Element && target.closest('input, textarea, select') !== null);
}

function focusSearch(): void {
  document.querySelector<HTMLInputElement>('input[data-search]')?.focus();
}
