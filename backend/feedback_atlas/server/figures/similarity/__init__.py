"""Similarities of layers."""
