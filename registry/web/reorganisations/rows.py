"""A row composed on screen: the units it may choose from, and what an annex would say."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from registry.domain.errors import Invalid
from registry.domain.permissions import Action
from registry.domain.reorganisations.annex import (
    DESIGNATIONS,
    LIVES_ON,
    AnnexRow,
    How,
    Part,
    RowContent,
)
from registry.models.reorganisations import Reorganisation
from registry.queries.units.left_over import LeftOver
from registry.queries.units.on_a_day import UnitRow, find_by_code, unit_on
from registry.services.reorganisations.composing import TYPED_ON_SCREEN
from registry.web.reorganisations.row_form import RowDeed, RowForm
from registry.web.unit_choices import choices, hints, offered


def fill_pickers(form: RowForm, batch: Reorganisation) -> dict[str, dict[str, str]]:
    """Fill the choices of every unit a row asks for; return the hints of each picker."""
    found = {}
    for name in ("old", "target", "parent"):
        if f"{name}_id" in form:
            query, chosen = form[f"{name}_query"], form[f"{name}_id"]
            units = offered(query.data, chosen.data, batch.eve, Action.UNIT_REORGANISE)
            chosen.choices = choices(units)
            found[name] = hints(units)
    return found


def dissolving(bodies: Iterable[LeftOver]) -> list[AnnexRow]:
    """Return what an annex would say of bodies that end without successor."""
    return [
        AnnexRow(number, TYPED_ON_SCREEN, old_id=body.id, old_name=body.name, how=How.DISSOLVE)
        for number, body in enumerate(bodies, start=1)
    ]


def not_yet_in(batch: Reorganisation, bodies: Iterable[LeftOver]) -> list[LeftOver]:
    """Return the bodies that no row of a batch is about."""
    contents = [row.content for row in batch.rows]
    ids = {content.old_id for content in contents}
    codes = {content.old_code for content in contents if content.old_code}
    names = {content.old_name for content in contents if content.old_code is None}
    return [
        body
        for body in bodies
        if body.id not in ids and body.code not in codes and body.name not in names
    ]


def fill_like(form: RowForm, content: RowContent, batch: Reorganisation) -> None:
    """Show the new side of a row that is there already, for another old unit of the same one."""
    for name in ("new_name", "new_kind", "new_code", "new_parent", "new_province"):
        if name in form:
            form[name].data = getattr(content, name)
    if "parent_id" in form:
        form.parent_id.data = content.new_parent_id
        if form.parent_id.data:
            form.new_parent.data = None
    if "target_id" in form and content.new_code:
        target = find_by_code(content.new_code, batch.eve)
        form.target_id.data = target.id if target else None


def typed_row(form: RowForm, deed: RowDeed, batch: Reorganisation) -> AnnexRow:
    """Return what an annex would say; raises Invalid with the field for what does not fit."""
    eve = batch.eve
    said: dict[str, Any] = {"number": 0, "how": deed.how}
    if "old_id" in form and (form.old_id.data or not deed.may_lack_old):
        said |= _old_side(form, deed, eve)
    if "target_id" in form:
        said |= _into(_unit(form.target_id.data, eve, "target_id"), said["old_id"])
    if "new_name" in form:
        said["new_name"] = form.new_name.data
    if "new_kind" in form:
        said |= _kind(form)
    if "parent_id" in form:
        said |= _place(form, eve)
    return AnnexRow(**said)


def _old_side(form: RowForm, deed: RowDeed, eve: date) -> dict[str, Any]:
    """Name the old unit; one that is moved or renamed stays what it is but for that."""
    old = _unit(form.old_id.data, eve, "old_id")
    said: dict[str, Any] = {"old_id": old.id, "old_name": old.name}
    if deed.how in LIVES_ON:
        said |= {"new_name": old.name, "new_kind": old.kind.value}
    if deed.shares:
        said["part"] = Part(form.share.data) if "share" in form else deed.shares[0]
    return said


def _unit(unit_id: int | None, day: date, field: str) -> UnitRow:
    unit = unit_on(unit_id, day) if unit_id else None
    if unit is None:
        raise Invalid.on(
            field, "Đơn vị này không có ngay trước ngày có hiệu lực. Chọn đơn vị khác."
        )
    return unit


def _into(target: UnitRow, old_id: int) -> dict[str, Any]:
    """Name the unit that lives on and takes in another, so that it stays as it is."""
    if target.id == old_id:
        raise Invalid.on("target_id", "Đơn vị nhận phải khác đơn vị cũ.")
    has_official_code = target.code.isdigit()
    return {
        "new_name": target.name,
        "new_kind": target.kind.value,
        "new_code": target.code if has_official_code else None,
        "new_parent": target.parent_name,
        "new_parent_id": target.parent_id,
    }


def _kind(form: RowForm) -> dict[str, Any]:
    word = form.new_kind.data
    name = form.new_name.data or ""
    if word in DESIGNATIONS and not name.lower().startswith(f"{word} "):
        raise Invalid.on("new_name", f"Tên của đơn vị loại này bắt đầu bằng “{word.capitalize()}”.")
    code = form.new_code.data if "new_code" in form else None
    return {"new_kind": word, "new_code": code or None}


def _place(form: RowForm, eve: date) -> dict[str, Any]:
    """Return the superior chosen, else the one named, which another row may establish."""
    if form.parent_id.data:
        above = _unit(form.parent_id.data, eve, "parent_id")
        return {"new_parent_id": above.id, "new_parent": above.name}
    named = "new_parent" in form and (form.new_parent.data or form.new_province.data)
    if named:
        return {
            "new_parent": form.new_parent.data or None,
            "new_province": form.new_province.data or None,
        }
    if "new_kind" in form and form.new_kind.data == "province":
        return {}
    raise Invalid.on("parent_id", "Tìm rồi chọn đơn vị cấp trên.")
