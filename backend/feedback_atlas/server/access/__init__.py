"""Tokens, sign-in, audit, rate limits, and the guards of routes."""
