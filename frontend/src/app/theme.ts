import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const blue: MantineColorsTuple = [
  "#eaf2fd",
  "#d3e3f9",
  "#a6c8f3",
  "#79adee",
  "#6aa5f2",
  "#3f83dd",
  "#2b6cc9",
  "#2160b8",
  "#1b509b",
  "#143e7a",
];

const dark: MantineColorsTuple = [
  "#e8edf2",
  "#c3ccd6",
  "#9aa7b4",
  "#76838f",
  "#3a4550",
  "#2a333d",
  "#20282f",
  "#191f26",
  "#0f141a",
  "#0a0e13",
];

export const theme = createTheme({
  primaryColor: "blue",
  // White text is read on both.
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  colors: { blue, dark },
  black: "#16202b",
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  headings: { fontWeight: "650", sizes: { h1: { fontSize: "1.375rem", lineHeight: "1.3" } } },
  components: {
    // Not `Modal.extend` or `Menu.extend`, which would make them a part of every page.
    Menu: {
      defaultProps: {
        position: "bottom-end",
        shadow: "md",
        offset: 4,
        withInitialFocusPlaceholder: false,
        // Figures that arrive push an open menu about; it stays open all the same.
        hideDetached: false,
      },
    },
    Modal: {
      defaultProps: { closeButtonProps: { "aria-label": "Close" } },
      styles: { title: { fontSize: "1.0625rem", fontWeight: 650 } },
    },
  },
  breakpoints: { xs: "30em", sm: "40em", md: "64em", lg: "80em", xl: "96em" },
});

/** Colours of surfaces and lines, by colour scheme. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: { "--atlas-page-width": "1440px", "--atlas-gap": "16px" },
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-dimmed": "#566472",
    "--mantine-color-error": "#b3261e",
    "--mantine-color-default-border": "#dbe1e7",
    "--atlas-page": "#f5f7f9",
    "--atlas-surface": "#ffffff",
    "--atlas-line": "#e3e8ed",
    "--atlas-soft": "#eef2f6",
    "--atlas-good": "#0b7a53",
    "--atlas-bad": "#b3261e",
    "--atlas-busy": "#2160b8",
    "--atlas-idle": "#5c6975",
    "--atlas-warn": "#8a5a00",
  },
  dark: {
    "--mantine-color-body": "#191f26",
    "--mantine-color-text": "#e8edf2",
    "--mantine-color-dimmed": "#9aa7b4",
    "--mantine-color-error": "#ff8f85",
    "--mantine-color-default-border": "#343e49",
    "--atlas-page": "#0f141a",
    "--atlas-surface": "#191f26",
    "--atlas-line": "#2a333d",
    "--atlas-soft": "#222a33",
    "--atlas-good": "#4cc79a",
    "--atlas-bad": "#ff8f85",
    "--atlas-busy": "#7db1f5",
    "--atlas-idle": "#9aa7b4",
    "--atlas-warn": "#e6b35a",
  },
});
