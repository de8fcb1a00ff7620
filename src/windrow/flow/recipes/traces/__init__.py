"""What `tool_calls` is made of: plans that were executed, goals in words, conversations, gates and rows."""
