"""Comparisons: from representations to analyses to figures."""
