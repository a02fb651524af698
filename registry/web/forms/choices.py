"""The choices of a field, from values that know their words."""

from collections.abc import Iterable

from registry.domain.labelled import Labelled


def labelled(values: Iterable[Labelled]) -> list[tuple[str, str]]:
    """Return the machine name and the word of each value, as a choice takes them."""
    return [(value.value, value.label) for value in values]
