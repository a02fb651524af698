"""Reports, minutes, directives, decrees and circulars stand beside the kinds of papers.

What was kept as an official letter though its number says otherwise becomes one of them: an
official letter names a focal point, a report never did.

Revision ID: 0011
Revises: 0010

"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BEFORE = (
    "decision",
    "resolution",
    "official_letter",
    "letter",
    "proposal",
    "announcement",
    "plan",
)
_AFTER = (*_BEFORE, "other")
_SIGN = re.compile(
    r"[0-9]+[^\W\d_]?(?:/[0-9]{4})?[/-]"
    r"(?:BC|BB|GM|HD|CTr|CT(?=[-/](?:UBND|TTg|TU|ĐU)(?![^\W_]))|N[ĐD](?=-CP)|TT(?=-B(?!QL)))(?![^/-])",
    re.IGNORECASE,
)
_decisions = sa.table(
    "decisions", sa.column("id", sa.Integer), sa.column("number"), sa.column("kind")
)


def upgrade() -> None:
    """Apply."""
    _allow(_AFTER)
    connection = op.get_bind()
    kept = connection.execute(
        sa.select(_decisions.c.id, _decisions.c.number).where(
            _decisions.c.kind == "official_letter"
        )
    )
    keys = [key for key, number in kept if _SIGN.match(number)]
    for key in keys:
        connection.execute(_decisions.update().where(_decisions.c.id == key).values(kind="other"))


def downgrade() -> None:
    """Take back."""
    op.execute(_decisions.update().where(_decisions.c.kind == "other").values(kind="plan"))
    _allow(_BEFORE)


def _allow(kinds: tuple[str, ...]) -> None:
    """Let the database take these kinds and no others."""
    words = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_decisions_decisionkind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_decisions_decisionkind"), f"kind IN ({words})"
        )
