"""Deterministic checks of one row."""
