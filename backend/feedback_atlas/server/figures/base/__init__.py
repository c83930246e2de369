"""What every figure is made of: theme, grid, axes, tables."""
