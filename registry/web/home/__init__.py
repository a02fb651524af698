"""The first page: how many units lack a focal point, how to sign up, how to check a card."""
