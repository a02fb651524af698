"""Pages of the reorganisation desk: batches, dry run, result; everyday changes of one unit.

Importing the modules of views puts them on the one blueprint.
"""

from registry.web.reorganisations import annexes, views
from registry.web.reorganisations.desk import blueprint

__all__ = ["annexes", "blueprint", "views"]
