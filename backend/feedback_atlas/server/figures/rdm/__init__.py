"""Representational dissimilarity matrices."""
