"""Answers over seeds to four questions that the paper leaves open."""
