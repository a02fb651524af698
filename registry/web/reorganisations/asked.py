"""What the page of a dry run asks, and what its forms answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from registry.domain.reorganisations.questions import STAYS, AskedNoun, Item, Question
from registry.domain.vietnamese.names import text_sort_key
from registry.services.reorganisations.heads import LedTeam
from registry.services.reorganisations.outcome import Outcome
from registry.web.reorganisations.forms import AnswerForm

# So much is shown of what is answered row by row, and of what is ticked; the rest by file.
ROWS_SHOWN, TICKS_SHOWN = 300, 1_000
CHOOSE_A_UNIT = "Chọn đơn vị nhận cho các mục đã đánh dấu."


@dataclass(frozen=True, slots=True)
class Along:
    """What may go along with the part that a unit gives away: teams first, then people.

    `going` tells, by item, where an answer sends it; `counts` also those that are not shown.
    """

    unit_id: int
    unit_name: str
    choices: Sequence[tuple[str, str]]
    nouns: Sequence[tuple[AskedNoun, Sequence[Question]]]
    counts: Mapping[AskedNoun, int]
    going: Mapping[Item, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of a dry run, as the page puts them."""

    ends: Sequence[tuple[str, Sequence[Question]]]
    ends_count: int
    ends_answered: int
    along: Sequence[Along]
    led: Sequence[LedTeam]
    left_out: int


def asked_by(outcome: Outcome, given: Mapping[Item, str]) -> Asked:
    """Return what a dry run asks; `given` are the answers kept."""
    every = [
        one for one in (*outcome.questions, *outcome.answered) if one.noun is not AskedNoun.HEAD
    ]
    ends = [one for one in every if not one.may_stay]
    along = [one for one in every if one.may_stay]
    left_out = len(ends[ROWS_SHOWN:]) + len(along[TICKS_SHOWN:]) + len(outcome.led[ROWS_SHOWN:])
    return Asked(
        ends=[*_by_unit(ends[:ROWS_SHOWN]).items()],
        ends_count=len(ends),
        ends_answered=sum(one.item in given for one in ends),
        along=_along(along, given),
        led=outcome.led[:ROWS_SHOWN],
        left_out=left_out,
    )


def _by_unit(questions: Iterable[Question]) -> dict[str, list[Question]]:
    """Return the questions by name of unit, those of one unit noun by noun.

    Of one noun they stay as they come: people by given name.
    """
    order = list(AskedNoun)
    groups: dict[str, list[Question]] = {}
    for one in sorted(
        questions, key=lambda one: (text_sort_key(one.unit_name), order.index(one.noun))
    ):
        groups.setdefault(one.unit_name, []).append(one)
    return groups


def _along(questions: Sequence[Question], given: Mapping[Item, str]) -> list[Along]:
    shown = {one.item for one in questions[:TICKS_SHOWN]}
    groups: dict[int, list[Question]] = {}
    for one in questions:
        groups.setdefault(one.unit_id, []).append(one)
    return [
        _of_giver(theirs, shown, given)
        for theirs in sorted(groups.values(), key=lambda group: text_sort_key(group[0].unit_name))
    ]


def _of_giver(questions: Sequence[Question], shown: set[Item], given: Mapping[Item, str]) -> Along:
    nouns = {
        noun: [one for one in questions if one.noun is noun]
        for noun in (AskedNoun.UNIT, AskedNoun.MEMBERSHIP, AskedNoun.ASSIGNMENT)
    }
    first = questions[0]
    names = dict(first.choices)
    return Along(
        unit_id=first.unit_id,
        unit_name=first.unit_name,
        choices=first.choices,
        nouns=[
            (noun, [one for one in theirs if one.item in shown])
            for noun, theirs in nouns.items()
            if theirs
        ],
        counts={noun: len(theirs) for noun, theirs in nouns.items()},
        going={
            one.item: names.get(given[one.item], given[one.item])
            for one in questions
            if one.item in given and given[one.item] != STAYS
        },
    )


def answers_in(form: AnswerForm, outcome: Outcome | None) -> Mapping[Item, str]:
    """Return what a form answers, an empty target taking an answer back.

    `outcome` is that of a dry run, where a group is ticked as a whole (`names_groups`).
    """
    answers = {
        Item.parse(row.form.item.data or ""): row.form.target.data or "" for row in form.answers
    }
    every = (*outcome.questions, *outcome.answered) if outcome is not None else ()
    for group in form.along:
        target = group.form.target.data or ""
        whole = {
            one.item
            for one in every
            if one.unit_id == group.form.unit.data and one.noun in group.form.nouns.data
        }
        ticked = {Item.parse(item) for item in group.form.items.data} | whole
        answers |= dict.fromkeys(ticked, "" if target == STAYS else target)
    return answers


def names_groups(form: AnswerForm) -> bool:
    """Tell whether all of a noun is ticked at once: which things those are, a dry run tells."""
    return any(group.form.nouns.data for group in form.along)


def lacks_a_unit(form: AnswerForm) -> bool:
    """Tell whether something is ticked and not said where it goes."""
    return any(
        not group.form.target.data and (group.form.items.data or group.form.nouns.data)
        for group in form.along
    )
