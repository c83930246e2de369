"""Runs: state machine, recovery, log, measurements, files, search."""
