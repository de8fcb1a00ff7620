"""What `conversations` is made of: the seeds as conversations, what is drawn from them, the turns and their rules."""
