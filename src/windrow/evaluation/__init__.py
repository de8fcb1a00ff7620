"""Evaluate what is already there: one output, a file, a run. The same judges as on the road, without a run."""
