"""How fast the registry does what must be fast, as ratios against another way in the same run.

Run by `make bench`. Absolute times differ from machine to machine and from minute to minute: only
ratios of two sides that took turns in one run are printed, and only after both gave one answer.
"""
