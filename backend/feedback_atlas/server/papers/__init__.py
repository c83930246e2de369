"""A published paper beside ours: its numbers, and how ours compare."""
