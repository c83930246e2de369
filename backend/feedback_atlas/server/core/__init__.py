"""What every domain builds on: errors, cache, text, YAML, colours."""
