"""Pages of units: the tree on a day, one unit, how it is reached."""
