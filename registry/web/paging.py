"""Where the address of a page says which part of a list is shown."""

from flask import request

from registry.queries.paging import Window

PAGE_PARAMETER = "page"


def window(size: int) -> Window:
    """Return which part of a list the visitor asks for, `size` rows at a time."""
    return Window(size, request.args.get(PAGE_PARAMETER, ""))
