import { type JSX } from 'react';

/** The strokes of each icon, on a square of 24 by 24. */
const ICONS = {
  attach:
    'M19 11.5l-7.6 7.6a4.6 4.6 0 0 1-6.5-6.5l8-8a3.1 3.1 0 0 1 4.4 4.4l-7.9 7.9a1.5 1.5 0 0 1-2.2-2.2l7-7',
  bin: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v6M13.5 10.5v6',
  box: 'M4 8l8-4 8 4v8.5l-8 4-8-4zM4 8l8 4 8-4M12 12v8.5',
  broom: 'M19 4l-6.5 6.5M9 11l4 4c-1 3-4 5-8.5 5 0-4.5 1.5-8 4.5-9z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
  compare: 'M7 4v13M4 14l3 3 3-3M17 20V7M14 10l3-3 3 3',
  down: 'M6 9.5l6 6 6-6',
  lock: 'M6 11h12v8.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  download: 'M12 4v11M7 10.5l5 5 5-5M5 19.5h14',
  menu: 'M4 7h16M4 12h16M4 17h16',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  pause: 'M8.5 6v12M15.5 6v12',
  play: 'M8 5.5l11 6.5-11 6.5z',
  push: 'M12 19V6M6.5 11.5L12 6l5.5 5.5',
  right: 'M9.5 6l6 6-6 6',
  search: 'M16 16l4.5 4.5M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14z',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1',
  tag: 'M4 4h8l8 8-8 8-8-8zM8.5 8.5h.01',
  up: 'M6 14.5l6-6 6 6',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0',
  warning: 'M12 4l9 16H3zM12 10v4.5M12 17.2v.01',
} as const;

export type IconName = keyof typeof ICONS;

/** Shows an icon as large as the text around it. It says nothing to a screen reader: label what contains it. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 3 : 1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={ICONS[name]} />
    </svg>
  );
}
