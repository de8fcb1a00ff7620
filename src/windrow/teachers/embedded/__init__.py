"""The teacher that needs no key and no network: programs that make what can be verified, and say that they did."""
