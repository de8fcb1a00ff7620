"""Whoever answers: a model behind an API, a recording, or a program, each behind the one shape of `Teacher`."""
