import { useComputedColorScheme } from "@mantine/core";

export type Theme = "light" | "dark";

/** The theme in force: the reader's choice, or the system's where that was chosen. */
export function useTheme(): Theme {
  return useComputedColorScheme("light", { getInitialValueInEffect: false });
}
