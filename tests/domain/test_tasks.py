"""The kinds of work that may wait for somebody, and which of them somebody else waits for."""

from registry.domain.tasks import Task


def test_handed_over_is_what_somebody_waits_for_and_no_lack_of_a_fact() -> None:
    assert {task.value for task in Task if task.is_handed_over} == {
        "signups_to_receive",
        "rosters_to_decide",
        "rosters_to_review",
        "rosters_to_verify",
        "rosters_returned",
        "rosters_drafted",
        "batches_composed",
        "links_to_release",
        "mails_waiting",
    }
