"""Backends: three that come along, one that simulates any catalogue, and doors to the user's own."""
