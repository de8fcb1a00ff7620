"""How good a set of rows is, in figures that carry their interval and their method."""
