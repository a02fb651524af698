"""How coverage is counted, and from which day all is known: shown to all, set by the Sở."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.documents.coverage.settings import lines_of_settings
from registry.domain.assignments import CountingSetting
from registry.domain.errors import Invalid, NotFound
from registry.domain.permissions import Action
from registry.domain.stored_text import number_kept
from registry.domain.vietnamese.reading import parse_day
from registry.domain.vietnamese.writing import format_day
from registry.queries.counting_rules import setting_from, values_of_setting
from registry.queries.coverage.completeness import TerritoryDay, known_territories
from registry.services import counting_settings as service
from registry.web.access import current_actor, requires
from registry.web.coverage.forms import CompletenessForm, CountingForm, TakeBackForm
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import once, saving
from registry.web.request import moment, today

blueprint = Blueprint("counting", __name__)

SETTING, SINCE, TERRITORY = "muc", "tu", "dia-ban"


@blueprint.get("/do-phu/cach-tinh")
@requires(Action.COVERAGE_SEE)
def index() -> ResponseReturnValue:
    """Show every setting with the days it changed, and the day each province is complete from."""
    return render_template(
        "coverage/counting.html",
        lines=lines_of_settings(values_of_setting, today()),
        territories=known_territories(current_actor().scope(Action.COVERAGE_SEE), today()),
    )


@blueprint.route("/do-phu/cach-tinh/sua", methods=["GET", "POST"])
@requires(Action.UNIT_REORGANISE)
def edit() -> ResponseReturnValue:
    """Let a setting change from a day, or correct the value it has from one."""
    if SETTING not in request.args:
        return redirect(url_for("counting.index"), 303)
    setting, since = _setting(), _since()
    form = CountingForm.of(setting, corrected=since)
    if save := saving(form):
        with save:
            command = service.SetCounting(
                setting=setting,
                since=since or form.since.data,
                value=form.value.data,
                version=form.version.number,
            )
            changed = service.set_counting(current_actor(), command, moment())
            said = "Đã lưu cách tính." if changed else "Không có gì thay đổi."
            return save.done(url_for("counting.index"), said)
    elif not form.is_submitted() and since and (stored := setting_from(setting, since)):
        form.value.data, form.version.data = number_kept(stored.value), stored.version
    return show_form(
        "coverage/counting_edit.html",
        form,
        setting=setting,
        since=since,
        take_back=TakeBackForm(version=form.version.data, formdata=None),
    )


@blueprint.post("/do-phu/cach-tinh/bo")
@requires(Action.UNIT_REORGANISE)
def take_back() -> ResponseReturnValue:
    """Let a setting not change on a day after all."""
    setting, since = _setting(), _since()
    if since is None:
        raise NotFound
    form = TakeBackForm()
    save = once(form)
    service.take_back(current_actor(), setting, since, moment(), form.version.number)
    return save.done(url_for("counting.index"), "Đã bỏ thay đổi. Giá trị trước đó được áp dụng.")


@blueprint.route("/do-phu/du-so-lieu", methods=["GET", "POST"])
@requires(Action.UNIT_REORGANISE)
def complete_from() -> ResponseReturnValue:
    """Say from which day on all is known of a province."""
    if TERRITORY not in request.args:
        return redirect(url_for("counting.index"), 303)
    territory = _territory()
    form = CompletenessForm()
    if save := saving(form):
        with save:
            changed = service.set_complete_from(
                current_actor(), territory.unit_id, form.day.data, moment(), form.version.number
            )
            said = "Đã lưu ngày đủ số liệu." if changed else "Không có gì thay đổi."
            return save.done(url_for("counting.index"), said)
    elif not form.is_submitted():
        form.version.data = territory.version
        form.day.data = territory.complete_from
    return show_form("coverage/complete_from.html", form, territory=territory)


def _setting() -> CountingSetting:
    typed = request.args.get(SETTING, "")
    if typed not in list(CountingSetting):
        raise NotFound
    return CountingSetting(typed)


def _since() -> date | None:
    """Return the day of the value to be corrected; None when a new one is wanted.

    Whether a value sent is still there, the service says: it may just have been taken back.
    """
    typed = request.args.get(SINCE, "")
    if not typed:
        return None
    try:
        day = parse_day(typed)
    except Invalid:
        raise NotFound from None
    if request.method == "GET" and day not in dict(values_of_setting(_setting())):
        raise NotFound(f"Không có giá trị nào áp dụng từ ngày {format_day(day)}.")
    return day


def _territory() -> TerritoryDay:
    wanted = request.args.get(TERRITORY, "")
    seen = known_territories(current_actor().scope(Action.UNIT_REORGANISE), today())
    found = next((one for one in seen if str(one.unit_id) == wanted), None)
    if found is None:
        raise NotFound
    return found
