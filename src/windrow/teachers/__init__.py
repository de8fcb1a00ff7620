"""Whoever answers."""
