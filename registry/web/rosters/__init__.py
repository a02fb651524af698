"""Pages of member lists: composed by a unit, checked by the reviewing office, decided upon.

Each desk has a module of views; importing them puts the views on the one blueprint.
"""

from registry.web.rosters import approving, composing, reviewing, views
from registry.web.rosters.desk import blueprint

__all__ = ["approving", "blueprint", "composing", "reviewing", "views"]
