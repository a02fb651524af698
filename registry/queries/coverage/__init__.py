"""Questions about coverage: of a day, over time, in later units, carried over."""
