"""What evolving instructions is made of: which step is taken, what an answer says, what is let through, the rows."""
