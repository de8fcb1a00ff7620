"""What may be trained on what a model said: the providers' terms, and what follows for a row of several parents."""
