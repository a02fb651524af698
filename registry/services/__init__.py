"""Use cases, the only writers: (actor, command, now) -> result.

They authorise first, flush, and never commit.
"""
