"""Column types for the values of a batch: a row's content, the item of an answer, the summary.

What is stored are plain JSON objects and text, as they always were.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import JSON, Dialect, String, TypeDecorator

from registry.domain.reorganisations.annex import How, Part, RowContent
from registry.domain.reorganisations.questions import Item
from registry.domain.reorganisations.summary import Counted, Counts, Heads, NamedUnits, Summary
from registry.domain.units.kinds import UnitKind


class RowContentColumn(TypeDecorator[RowContent]):
    """What a row of an annex says: a JSON object of what it does not leave empty."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self, value: RowContent | None, _dialect: Dialect
    ) -> dict[str, str | int] | None:
        """Leave out what is empty; words are stored as the annex writes them."""
        if value is None:
            return None
        said = {field.name: getattr(value, field.name) for field in fields(RowContent)}
        return {name: getattr(one, "value", one) for name, one in said.items() if one}

    def process_result_value(
        self, value: Mapping[str, Any] | None, _dialect: Dialect
    ) -> RowContent | None:
        """Return what the row says."""
        if value is None:
            return None
        part, how = value.get("part"), value.get("how")
        words = {"part": Part(part) if part else None, "how": How(how) if how else None}
        return RowContent(**{**value, **words})


class ItemColumn(TypeDecorator[Item]):
    """What an answer is about, as the allocation file writes it."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Item | None, _dialect: Dialect) -> str | None:
        """Write the item."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Item | None:
        """Read the item."""
        return None if value is None else Item.parse(value)


class SummaryColumn(TypeDecorator[Summary]):
    """The figures of an applied batch, as a JSON object by the names of its parts."""

    impl = JSON
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def process_bind_param(self, value: Summary | None, _dialect: Dialect) -> dict[str, Any] | None:
        """Write the figures; JSON keeps no numbers as keys, so reasons are pairs."""
        if value is None:
            return None
        units = asdict(value.units) | {"reasons": list(value.units.reasons.items())}
        return asdict(value) | {"units": units}

    def process_result_value(
        self, value: Mapping[str, Any] | None, _dialect: Dialect
    ) -> Summary | None:
        """Read the figures; what a summary of earlier days says beside them is not needed."""
        if value is None:
            return None
        counts, units = value.get("counts", {}), value.get("units", {})
        return Summary(
            established=value["established"],
            continued=value["continued"],
            ended=value["ended"],
            uncovered=value["uncovered"],
            counts={noun: Counts(**counts[noun]) for noun in Counted if noun in counts},
            heads_before=_heads(value.get("heads_before")),
            heads_after=_heads(value.get("heads_after")),
            units_before=_by_kind(value.get("units_before", {})),
            units_after=_by_kind(value.get("units_after", {})),
            units=NamedUnits(
                reasons=dict(units.get("reasons", ())),
                without_plan=tuple(units.get("without_plan", ())),
                uncovered=tuple(units.get("uncovered", ())),
            ),
        )


def _heads(stored: Mapping[str, int] | None) -> Heads | None:
    return None if stored is None else Heads(**stored)


def _by_kind(stored: Mapping[str, int]) -> dict[UnitKind, int]:
    return {UnitKind(kind): count for kind, count in stored.items()}
