"""The page of the outbox."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.domain.permissions import Action
from registry.queries.outbox import count_waiting, page_of_messages
from registry.services import outbox as service
from registry.web.access import current_actor, requires
from registry.web.forms.fields import ButtonForm
from registry.web.forms.submissions import once
from registry.web.paging import window
from registry.web.request import moment, settings
from registry.web.tasks import asked_task

blueprint = Blueprint("outbox", __name__)


@blueprint.get("/thu-gui-di")
@requires(Action.OUTBOX_SEE)
def index() -> ResponseReturnValue:
    """List the messages, those that wait first, with their text while it is worth anything."""
    current_actor().require(Action.OUTBOX_SEE)
    task, now = asked_task(), moment().running
    return render_template(
        "outbox/index.html",
        task=task,
        form=ButtonForm(),
        page=page_of_messages(now, window(20), only_waiting=task is not None),
        waiting=count_waiting(now),
        now=now,
        has_server=settings().mail is not None,
    )


@blueprint.post("/thu-gui-di/<int:message_id>/da-chuyen")
@requires(Action.OUTBOX_PASS_ON)
def pass_on(message_id: int) -> ResponseReturnValue:
    """Note that a message was passed on by hand."""
    save = once(ButtonForm())
    message = service.mark_passed_on(current_actor(), message_id, moment())
    return save.done(url_for("outbox.index"), f"Đã ghi là đã chuyển: “{message.subject}”.")
