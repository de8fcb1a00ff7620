"""windrow: grow a small real seed into fine-tuning rows that are worth training on."""
