"""Pages of everyday changes of a unit: corrected, renamed, moved, closed, one founded below it."""

from datetime import date

from flask import url_for
from flask.typing import ResponseReturnValue

from registry.domain.permissions import Action
from registry.domain.stored_text import day_kept
from registry.services.decisions import oddities_of
from registry.services.reorganisations import effective_days, everyday, taking_back
from registry.web.access import current_actor, requires
from registry.web.forms.choices import labelled
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import saving
from registry.web.request import moment, today
from registry.web.seen_units import unit_as_last_known
from registry.web.unit_choices import choices, hints, offered
from registry.web.units.changing import (
    founding,
    kinds_below,
    offered_changes,
    official_code_of,
    said_of,
    write_change,
)
from registry.web.units.forms import ChangeForm, DayForm, FoundForm, OfferedChange, TakeBackForm
from registry.web.units.views import blueprint


@blueprint.route("/don-vi/<int:unit_id>/thay-doi", methods=["GET", "POST"])
@requires(Action.UNIT_CHANGE_TEAM)
def change_unit(unit_id: int) -> ResponseReturnValue:
    """Correct what is said of a unit, or rename, move or close it from a day on."""
    unit = unit_as_last_known(unit_id, Action.UNIT_CHANGE_TEAM)
    form = ChangeForm()
    form.change.choices = labelled(offered_changes(unit))
    above = offered(
        form.parent_query.data, form.new_parent_id.data, today(), Action.UNIT_CHANGE_TEAM
    )
    form.new_parent_id.choices = choices(above)
    if form.change.data == OfferedChange.CORRECT:
        form.without_paper()
    if not form.find.data and (save := saving(form)):
        with save:
            return save.done(url_for("units.show", unit_id=unit_id), *write_change(form, unit))
    if not form.is_submitted():
        form.wrong_name.data = form.new_name.data = unit.name
        form.wrong_code.data = form.new_code.data = official_code_of(unit)
        form.effective_on.data = today()
    return show_form(
        "units/change_unit.html",
        form,
        unit=unit,
        hints=hints(above),
        changes=[
            (said_of(batch), batch.id)
            for batch in taking_back.own_changes(current_actor(), unit_id, today())
        ],
    )


@blueprint.route("/don-vi/<int:unit_id>/lap-don-vi", methods=["GET", "POST"])
@requires(Action.UNIT_CHANGE_TEAM)
def found_unit(unit_id: int) -> ResponseReturnValue:
    """Found a team, a section or an enterprise below a unit."""
    above = unit_as_last_known(unit_id, Action.UNIT_CHANGE_TEAM)
    form = FoundForm()
    form.kind.choices = [(kind.value, kind.label) for kind in kinds_below(above)]
    if save := saving(form):
        with save:
            command = founding(form, unit_id)
            batch = everyday.found_unit(current_actor(), command, moment())
            return save.done(
                url_for("units.show", unit_id=unit_id),
                f"Đã lập “{command.name}” từ ngày {command.paper.effective_on:%d/%m/%Y}.",
                *oddities_of(batch.decision, today()),
            )
    if not form.is_submitted():
        form.effective_on.data = today()
        if len(form.kind.choices) == 1:
            form.kind.data = next(iter(form.kind.choices))
    return show_form("units/found_unit.html", form, above=above)


@blueprint.route("/don-vi/thay-doi/<int:change_id>/go-bo", methods=["GET", "POST"])
@requires(Action.UNIT_CHANGE_TEAM)
def take_back_change(change_id: int) -> ResponseReturnValue:
    """Take back what was founded, renamed, moved or closed by mistake today."""
    batch = taking_back.own_change(current_actor(), change_id, today())
    place = url_for("units.show", unit_id=batch.decision.unit_id)
    said = said_of(batch)
    form = TakeBackForm()
    if save := saving(form):
        with save:
            command = taking_back.TakeBackChange(
                batch_id=change_id, accept_gap=form.accept_gap.data
            )
            taking_back.take_back_change(current_actor(), command, moment())
            return save.done(place, f"Đã gỡ bỏ: {said[0].lower()}{said[1:]}.")
    return show_form("units/take_back_change.html", form, said=said, back=place)


@blueprint.route("/don-vi/thay-doi/<int:change_id>/dinh-chinh-ngay", methods=["GET", "POST"])
@requires(Action.UNIT_CHANGE_TEAM)
def correct_day(change_id: int) -> ResponseReturnValue:
    """Correct the effective day of a change of a unit."""
    batch = taking_back.own_change(current_actor(), change_id, today())
    place = url_for("units.show", unit_id=batch.decision.unit_id)
    form = DayForm()
    if save := saving(form):
        with save:
            command = effective_days.CorrectDay(
                batch_id=change_id,
                wrong=day_kept(form.wrong_day.data or "") or date.min,
                effective_on=form.effective_on.data,
                accept_gap=form.accept_gap.data,
            )
            found = effective_days.correct_day(current_actor(), command, moment())
            return save.done(place, f"Đã đính chính ngày có hiệu lực. {said_of(found)}.")
    batch = taking_back.own_change(current_actor(), change_id, today())
    if not form.is_submitted():
        form.effective_on.data = batch.effective_on
        form.wrong_day.data = batch.effective_on.isoformat()
    return show_form("units/correct_day.html", form, said=said_of(batch), back=place)
