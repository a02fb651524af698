"""Use cases, the only writers: (actor, command, moment) -> result.

They authorise first, flush, and never commit.
"""
