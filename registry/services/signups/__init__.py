"""Self-registration: requests sent and completed, refused or accepted."""
