"""How good the rows are, and how that is known: one model of the figures, rendered for people and programs."""
