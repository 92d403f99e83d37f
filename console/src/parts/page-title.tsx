import { Group, Title } from '@mantine/core';
import { useEffect, useRef, type JSX, type ReactNode } from 'react';

/** Whether this is the first page since the console was loaded. The browser begins at its top by itself. */
let isFirst = true;

/** The heading of a page, its name in the browser, and where a screen reader goes on after a link. */
export function PageTitle({
  title,
  beside,
  children,
}: {
  title: string;
  /** What belongs to the heading, such as a button that copies it. */
  beside?: ReactNode;
  /** What can be done on the page. It stands at the other end. */
  children?: ReactNode;
}): JSX.Element {
  const element = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Berth`;
    if (!isFirst) element.current?.focus({ preventScroll: true });
    isFirst = false;
  }, [title]);
  return (
    <Group justify="space-between" align="center" gap="md">
      <Group gap={4} wrap="nowrap">
        <Title order={1} ref={element} tabIndex={-1} style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        {beside}
      </Group>
      {children}
    </Group>
  );
}
