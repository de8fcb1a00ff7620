"""What `distillation` is made of: questions, traces, the gates that traces pass, how they are verified and chosen."""
