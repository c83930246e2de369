"""Parts of every figure: theme, grid, axes, tables."""
