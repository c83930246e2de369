import { useComputedColorScheme } from "@mantine/core";

import type { Theme } from "../api/types";

/** The theme in force: the reader's choice, or the system's where that was chosen. */
export function useTheme(): Theme {
  return useComputedColorScheme("light", { getInitialValueInEffect: false });
}
