"""What growing instructions is made of: which exemplars a prompt shows, what an answer says, what is let through."""
