"""Pages of units: looked up, shown, reached, and changed day by day.

Importing `everyday` puts its views on the one blueprint.
"""

from registry.web.units import everyday, views
from registry.web.units.views import blueprint

__all__ = ["blueprint", "everyday", "views"]
