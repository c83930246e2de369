import { useTheme } from "../lib/useTheme";

interface Coloured {
  colour_light: string;
  colour_dark: string;
}

/** The colour of a rule, as a dot beside its name. */
export function RuleDot({ of, size = 10 }: { of: Coloured | undefined; size?: number }) {
  const theme = useTheme();
  const colour = of && (theme === "dark" ? of.colour_dark : of.colour_light);
  return (
    <span
      aria-hidden
      style={{
        display: "inline-block",
        flex: "none",
        width: size,
        height: size,
        borderRadius: "50%",
        background: colour ?? "var(--atlas-idle)",
      }}
    />
  );
}
