"""What a shop decides about itself: each setting's words, what they mean, and what follows for an order. Pure."""
