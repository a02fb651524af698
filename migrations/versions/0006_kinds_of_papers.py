"""Resolutions, official letters, announcements and plans stand beside decisions as kinds of papers.

What was kept as a decision though its number says otherwise becomes what its sign says: until now
nothing else could be chosen for a resolution, and a batch of reorganisations always wrote a
decision.

Revision ID: 0006
Revises: 0005

"""

import re
from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BEFORE = ("decision", "letter", "proposal")
_AFTER = (
    "decision",
    "resolution",
    "official_letter",
    "letter",
    "proposal",
    "announcement",
    "plan",
)
# The sign stands after the number and perhaps a year: "12/NQ-HĐND", "3/2024/NQ-HĐND", "45-NQ/TU";
# resolutions of the National Assembly may have none, "202/2025/QH15", "76/2025/UBTVQH15".
_SIGN = re.compile(
    r"[0-9]+[^\W\d_]?(?:/[0-9]{4})?[/-](NQ|(?:UBTV)?QH[0-9]+|CV|TTR|TB|KH)(?![^/-])", re.IGNORECASE
)
_KINDS = {
    "NQ": "resolution",
    "QH": "resolution",
    "UBTVQH": "resolution",
    "CV": "official_letter",
    "TTR": "proposal",
    "TB": "announcement",
    "KH": "plan",
}

_decisions = sa.table(
    "decisions", sa.column("id", sa.Integer), sa.column("number"), sa.column("kind")
)


def upgrade() -> None:
    """Apply."""
    _allow(_AFTER)
    connection = op.get_bind()
    kept = connection.execute(
        sa.select(_decisions.c.id, _decisions.c.number).where(_decisions.c.kind == "decision")
    )
    papers = defaultdict(list)
    for key, number in kept:
        if sign := _SIGN.match(number):
            papers[_KINDS[sign[1].upper().rstrip("0123456789")]].append(key)
    for kind, keys in papers.items():
        connection.execute(_decisions.update().where(_decisions.c.id.in_(keys)).values(kind=kind))


def downgrade() -> None:
    """Take back: a resolution is a decision again, the others are letters, which claim less."""
    for kind, before in (
        ("resolution", "decision"),
        ("official_letter", "letter"),
        ("announcement", "letter"),
        ("plan", "letter"),
    ):
        op.execute(_decisions.update().where(_decisions.c.kind == kind).values(kind=before))
    _allow(_BEFORE)


def _allow(kinds: tuple[str, ...]) -> None:
    """Let the database take these kinds and no others."""
    words = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_decisions_decisionkind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_decisions_decisionkind"), f"kind IN ({words})"
        )
