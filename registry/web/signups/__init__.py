"""Self-registration: the public pages without an account, and the reviewer's queue."""
