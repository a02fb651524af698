"""Rules of units: their kinds, the paths through their parents, what must hold for all."""
