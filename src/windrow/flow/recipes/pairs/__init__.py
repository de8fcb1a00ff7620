"""What preference data is made of: prompts, candidates, what code says of them, judges, and the choice of pairs."""
