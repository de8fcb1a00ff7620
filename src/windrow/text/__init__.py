"""What a program can say about a piece of text, in any language."""
