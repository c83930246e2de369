"""Experiment specifications: validation, YAML, presets, estimates."""
