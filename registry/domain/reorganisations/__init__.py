"""Rules of reorganisations: read an annex, plan what it does, carry over what hangs on units."""
