"""Pages of memberships: ending, correcting, changing, transferring."""
