"""The head of an administrative paper: who issues it, its number, its place and day.

The form is that of Decree 30/2020/NĐ-CP, Appendix I. The number and the day of signing are given by
the clerk (văn thư) when the paper is signed: there is room for both, and nothing else is left out.
"""

from dataclasses import dataclass
from datetime import date

from registry.domain.offices import OfficeFunction
from registry.domain.units.kinds import UnitKind
from registry.domain.units.names import (
    bare_name,
    committee_in_full,
    document_symbol,
    is_committee,
    running_name,
)
from registry.domain.vietnamese.writing import format_long_day
from registry.queries.offices import office_of
from registry.queries.units.on_a_day import UnitRow, unit_on

BLANK = 4 * "\u00a0"
"""Room to write by hand; ordinary spaces would run together."""
DOTS, _UNKNOWN = "……………", "…"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who issues a paper, names as in running text: capitals are made where the form asks.

    `superior` may be empty for a body that has none above it; `symbol` is the issuer's in the
    number of the paper, such as "SKHCN"; `place` stands before the date. `written_on` is a day of
    the month in which the paper is written; None leaves the month to be written by hand too.
    """

    superior: str
    issuer: str
    symbol: str
    place: str
    written_on: date | None = None

    def number(self, paper: str) -> str:
        """Return the number of a kind of paper ("BC"), to be given by the clerk."""
        return f"Số:{3 * BLANK}/{self.full_symbol(paper)}"

    def full_symbol(self, paper: str) -> str:
        """Return what stands behind the number of a kind of paper: "BC-SKHCN"."""
        return f"{paper}-{self.symbol or _UNKNOWN}"

    @property
    def place_and_date(self) -> str:
        """Return place and date; where they do not fit one line, the date goes on as a whole."""
        return f"{self.place}, {self.day_to_fill}"

    @property
    def day_to_fill(self) -> str:
        """Return the day of signing with room for the clerk."""
        return day_to_fill(self.written_on)


def day_to_fill(month: date | None = None) -> str:
    """Return "ngày … tháng 11 năm 2026" with room for the day, or for all three without a month."""
    day = f"ngày {BLANK} tháng {BLANK} năm {BLANK}"
    if month is not None:
        day = f"ngày {BLANK} " + format_long_day(month).split(" ", 2)[2]
    return day.replace(" ", "\u00a0")


def annex_origin(paper: str, number: str, day: str, issuer: str) -> str:
    """Return the line under the title of an annex; `day` is written out or left to be filled."""
    return f"(Kèm theo {paper} số {number} {day} của {issuer})"


def issuing_office(territory: UnitRow, day: date) -> UnitRow:
    """Return who writes papers on a territory: a province's reviewing office, else itself.

    The reviewing office leads (Plan 4660 IV.6); which office that is on `day` is data.
    """
    if territory.kind is UnitKind.PROVINCE:
        return office_of(OfficeFunction.REVIEWING, territory.path, day) or territory
    return territory


def letterhead_of(issuer: UnitRow, territory: UnitRow, day: date, today: date) -> Letterhead:
    """Return the letterhead of `issuer` as it is on `day`, for a paper on a territory.

    The month is that of `today` when the issuer still exists, else nobody can sign then.
    """
    superior = unit_on(issuer.parent_id, day) if issuer.parent_id is not None else None
    return Letterhead(
        superior=superior.shown_name if superior else "",
        issuer=(
            committee_in_full(issuer.shown_name)
            if is_committee(issuer.shown_name)
            else own_name(issuer, superior)
        ),
        symbol=document_symbol(own_name(issuer, superior), issuer.short_name),
        place=_place(territory, day),
        written_on=today if unit_on(issuer.id, today) else None,
    )


def _place(territory: UnitRow, day: date) -> str:
    """Return the name of the place a unit is or lies in."""
    unit: UnitRow | None = territory
    while unit is not None:
        if place := bare_name(unit.name, unit.designation):
            return place
        unit = unit_on(unit.parent_id, day) if unit.parent_id is not None else None
    return DOTS


def own_name(unit: UnitRow, superior: UnitRow | None) -> str:
    """Return the name without that of the superior, which stands above it in the letterhead."""
    if superior is None:
        return unit.name
    return unit.name.removesuffix(f" {running_name(superior.name, superior.designation)}")
