"""Real material, read lazily."""
