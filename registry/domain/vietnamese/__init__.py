"""Vietnamese text: names cleaned, searched and sorted; days and numbers as they are written."""

from registry.domain.vietnamese.names import name_sort_key, normalise, search_key

__all__ = ["name_sort_key", "normalise", "search_key"]
