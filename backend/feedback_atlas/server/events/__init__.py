"""The append-only table of events, and its stream."""
