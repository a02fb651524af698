"""The words of the reorganisation desk."""

from dataclasses import dataclass
from datetime import datetime

from registry.domain.reorganisations.annex import (
    How,
    Part,
    RowContent,
    designation_of,
    kind_of_word,
)
from registry.domain.reorganisations.batches import BatchState
from registry.domain.reorganisations.wording import share_note
from registry.domain.units.kinds import TERRITORY_KINDS
from registry.models.reorganisations import Reorganisation, ReorganisationRow

BATCH_TONES = {
    BatchState.COMPOSED: "wait",
    BatchState.APPLIED: "good",
    BatchState.UNDONE: None,
}


def happened_at(batch: Reorganisation) -> datetime:
    """Return the moment of the last step of a batch."""
    return batch.undone_at or batch.applied_at or batch.created_at


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as its table shows it: the old side, the new side, how.

    `share` tells how much of the old unit is meant, where that is not the whole; `told` is the word
    of the row itself.
    """

    id: int
    number: int
    source: str
    old: str | None
    old_note: str
    new: str | None
    new_note: str
    how: str
    share: str
    told: How | None
    ends: bool

    @property
    def what_follows(self) -> str:
        """What becomes of the old unit, in a few words, where that is no other unit."""
        return self.new or ("(kết thúc)" if self.ends else "(chưa ghi)")


def shown_row(row: ReorganisationRow) -> ShownRow:
    """Return a row as its table shows it."""
    said = row.content
    return ShownRow(
        id=row.id,
        number=row.number,
        source=row.source,
        old=said.old_name or said.old_code,
        old_note=_note(said.old_name, said.old_code, said.old_parent, said.old_province),
        new=None if said.how is How.DISSOLVE else said.new_name,
        new_note=_note(said.new_name, said.new_code, said.new_parent, said.new_province),
        how=_how(said),
        share=share_note(said.share),
        told=said.how,
        ends=said.how is How.DISSOLVE,
    )


def _how(said: RowContent) -> str:
    if said.how is not None:
        return said.how.value
    if not (said.old_name or said.old_code):
        return "thành lập"
    return _how_in_full(said) if said.new_name else "chưa ghi"


def _how_in_full(said: RowContent) -> str:
    word = kind_of_word(said.new_kind or designation_of(said.new_name or "") or "")
    is_territory = word in TERRITORY_KINDS
    deed = "sắp xếp" if is_territory else "tổ chức lại"
    if said.share is not Part.WHOLE:
        return f"{deed} {share_note(said.share)}"
    if said.new_name != said.old_name or said.new_code not in (None, said.old_code):
        return f"{deed} toàn bộ" if is_territory else deed
    is_elsewhere = said.new_parent is not None and said.new_parent != said.old_parent
    return "chuyển" if is_elsewhere else "tiếp tục tồn tại"


def _note(name: str | None, code: str | None, parent: str | None, province: str | None) -> str:
    """Say the code and where the unit lies, as far as its name does not say so itself."""
    told = (name or "").casefold()
    places = [place for place in (parent, province) if place and place.casefold() not in told]
    return " · ".join([*([f"mã {code}"] if code else []), *dict.fromkeys(places)])
