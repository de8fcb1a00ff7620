"""Grow rows out of seeds by asking a model: one workflow, one file."""
