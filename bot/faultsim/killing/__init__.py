"""Real shops in processes of their own, killed for real while people write to them."""
