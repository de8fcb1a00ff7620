"""Runs shapes that it has never heard of."""
