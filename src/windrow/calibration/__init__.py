"""How far a judge can be believed: measured against what people said of the same rows, and watched from then on."""
