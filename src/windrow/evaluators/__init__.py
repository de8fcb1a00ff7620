"""Named evaluators: what they need, how they judge, and what they say. Programs and judges behind one shape."""
