"""Judges: what only a model can say of a row, said by models that are named for it and measured themselves."""
