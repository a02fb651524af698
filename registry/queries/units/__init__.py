"""Questions about units: on a day, in lists, in detail, all at once."""
