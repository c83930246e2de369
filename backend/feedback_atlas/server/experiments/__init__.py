"""Experiments: creation, list, labels, deletion, and their live figures."""
