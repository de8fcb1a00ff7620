"""What `constitutional` is made of: principles, the pool of prompts, the chain of revisions, its gates, the rows."""
