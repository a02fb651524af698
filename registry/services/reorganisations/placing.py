"""Say, after a batch was applied, where goes what was recorded at a unit that it splits."""

from collections.abc import Mapping, Sequence

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid
from registry.domain.permissions import Actor
from registry.domain.reorganisations.batches import BatchState
from registry.domain.reorganisations.questions import Item
from registry.queries.reorganisations.waiting import Waiting, waiting_for_a_plan
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.batches import seen_batch
from registry.services.reorganisations.following import NO_PART, Whose, units_followed

NOT_APPLIED = "Chỉ phân bổ được trong đợt đã thực hiện và chưa hoàn tác."
NOT_WAITING = "Có mục không còn chờ phương án. Tải lại trang để xem danh sách mới nhất."
EDITED_SINCE = (
    "{label}: từ ngày chia tách đã ghi tiếp ở đơn vị mới. Sửa tiếp ở trang của người hoặc đơn vị "
    "đó, không phân bổ ở đây nữa."
)


@one_at_a_time
def place(actor: Actor, batch_id: int, places: Mapping[Item, int], moment: Moment) -> int:
    """Let facts that end "chưa có phương án" go on in the parts named; return how many.

    Raises NotFound as `seen_batch`; Invalid for what does not wait or a unit that is no part, and
    where something of later days stands against it: nothing is placed then.
    """
    batch = seen_batch(actor, batch_id, moment.day)
    if batch.state is not BatchState.APPLIED:
        raise Conflict(NOT_APPLIED)
    waiting = {one.question.item: one for one in waiting_for_a_plan(batch)}
    for item, unit_id in places.items():
        _check(waiting.get(item), unit_id)
    chosen = [waiting[item] for item in places]
    if batch.effective_on <= moment.day:
        # What was recorded there since is a fact of its own, that nothing of before replaces.
        _refuse(
            [waiting[item] for item, unit_id in places.items() if unit_id in waiting[item].held_at]
        )
    whose = Whose.parties((one.person_id, one.party_unit_id) for one in chosen)
    with units_followed(whose, batch.eve, goals={batch.id: dict(places)}):
        pass
    still = {one.question.item for one in waiting_for_a_plan(batch)}
    _refuse([one for one in chosen if one.question.item in still])
    if places:
        details = {"answers": len(places), "after_applying": True}
        event = Event(Deed.REORGANISATION_ANSWER, "reorganisations", batch.id, details=details)
        record(actor, event, moment)
    return len(places)


def _refuse(stuck: Sequence[Waiting]) -> None:
    if stuck:
        labels = "; ".join(one.question.label for one in stuck)
        raise Invalid.on("", EDITED_SINCE.format(label=labels))


def _check(waiting: Waiting | None, unit_id: int) -> None:
    if waiting is None:
        raise Invalid.on("", NOT_WAITING)
    if str(unit_id) not in dict(waiting.question.choices):
        raise Invalid.on("", NO_PART)
