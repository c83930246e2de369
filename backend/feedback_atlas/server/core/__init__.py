"""The base of every domain: errors, cache, text, YAML, colours."""
