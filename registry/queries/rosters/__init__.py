"""Questions about member lists and their lines."""
