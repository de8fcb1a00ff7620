"""Filters that see the rows accepted so far."""
