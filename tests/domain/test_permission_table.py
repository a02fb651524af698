"""The table of permissions in words is complete and is the one in docs/."""

from registry.domain.permission_table import as_markdown
from registry.domain.permissions import TABLE, Action, Role
from scripts.tree import ROOT


def test_every_action_has_vietnamese_words_of_its_own() -> None:
    assert len({action.label for action in Action}) == len(Action)


def test_docs_permissions_is_what_the_command_prints() -> None:
    assert (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8") == as_markdown()


def test_the_table_marks_exactly_what_each_role_may_do() -> None:
    lines = [line.strip("| ").split("|") for line in as_markdown().splitlines() if "|" in line]
    roles = [cell.strip() for cell in lines[0][2:]]
    by_label = {role.label: role for role in Role}
    marked: dict[Role, set[Action]] = {role: set() for role in Role}
    for cells in lines[2:]:
        action = Action(cells[1].strip(" `"))
        padded = [*cells[2:], *([""] * len(roles))]
        for label, cell in zip(roles, padded, strict=False):
            if cell.strip():
                marked[by_label[label]].add(action)
    assert marked == {role: set(actions) for role, actions in TABLE.items()}
