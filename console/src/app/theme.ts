import {
  ActionIcon,
  Anchor,
  Button,
  createTheme,
  Menu,
  Modal,
  Paper,
  Tooltip,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core';

/** Sea green, the accent. */
const HARBOUR: MantineColorsTuple = [
  '#ecf8f6',
  '#d8efec',
  '#addfd9',
  '#7fcec5',
  '#58bdb3',
  '#2f9d95',
  '#167a75',
  '#11716d',
  '#0c5a57',
  '#083f3d',
];

/** Greys with a trace of blue, from the text on a dark page to the darkest surface. */
const DARK: MantineColorsTuple = [
  '#d7dde2',
  '#b6bfc7',
  '#96a1ab',
  '#64707b',
  '#38424b',
  '#2b343c',
  '#20272e',
  '#14191e',
  '#0f1317',
  '#0a0d10',
];

const SYSTEM_FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
const MONOSPACED = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

export const theme = createTheme({
  black: '#182026',
  primaryColor: 'harbour',
  primaryShade: { light: 7, dark: 6 },
  colors: { harbour: HARBOUR, dark: DARK },
  fontFamily: SYSTEM_FONTS,
  fontFamilyMonospace: MONOSPACED,
  fontSizes: { xs: '0.75rem', sm: '0.8438rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: 'subtle', color: 'gray', c: 'dimmed' },
    }),
    Anchor: Anchor.extend({ defaultProps: { underline: 'hover' } }),
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    Menu: Menu.extend({
      defaultProps: {
        shadow: 'md',
        position: 'bottom-end',
        // The first item gets the focus. A placeholder within a menu is no item to a screen reader.
        withInitialFocusPlaceholder: false,
      },
    }),
    Modal: Modal.extend({
      defaultProps: { centered: true, radius: 'lg' },
      styles: { title: { fontWeight: 600 } },
    }),
    Paper: Paper.extend({ defaultProps: { withBorder: true, radius: 'lg' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, withArrow: true } }),
  },
});

/** Replaces colours of the kit that are too pale to read on their background. */
export const readableColours: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#fbfcfc',
    '--mantine-color-dimmed': '#59646e',
    '--mantine-color-placeholder': '#6a757f',
    '--mantine-color-error': '#c22f2f',
    '--mantine-color-red-filled': '#c22f2f',
    '--mantine-color-red-filled-hover': '#a82626',
    '--mantine-color-red-outline': '#c22f2f',
    '--berth-accent': HARBOUR[7],
    '--berth-line': '#e3e8ea',
    '--berth-hover': '#f1f5f5',
    '--berth-raised': '#ffffff',
    '--berth-good': '#136c41',
    '--berth-warning': '#8a5200',
  },
  dark: {
    '--mantine-color-dimmed': '#9aa6b0',
    '--mantine-color-placeholder': '#8c98a2',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-red-filled': '#c22f2f',
    '--mantine-color-red-filled-hover': '#a82626',
    '--mantine-color-red-outline': '#ff8787',
    '--berth-accent': HARBOUR[4],
    '--berth-line': '#2b343c',
    '--berth-hover': '#1b2228',
    '--berth-raised': '#181e24',
    '--berth-good': '#6fdca3',
    '--berth-warning': '#ffc078',
  },
});
