"""What may stand under what is known since 1945: units may be entered with all their history.

Revision ID: 0023
Revises: 0022

"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_SHIPPED_FROM = date(2024, 6, 1)
# Order 63 on people's authorities in the provinces, districts and communes.
_SINCE = date(1945, 11, 22)
_WITHOUT_DISTRICTS = date(2025, 7, 1)

# Kind, what it stands under, and the first day on which it does no more.
_SHIPPED = (
    ("province", None, None),
    ("department", "province", None),
    ("mass_organisation", "province", None),
    ("central_agency", "province", None),
    ("section", "department", None),
    ("section", "mass_organisation", None),
    ("district", "province", _WITHOUT_DISTRICTS),
    ("district_office", "district", _WITHOUT_DISTRICTS),
    ("commune", "district", _WITHOUT_DISTRICTS),
    ("community_team", "commune", None),
    ("enterprise", "province", None),
    ("enterprise", "district", _WITHOUT_DISTRICTS),
    ("enterprise", "commune", None),
    ("partner_organisation", "province", None),
    ("partner_organisation", "district", _WITHOUT_DISTRICTS),
    ("partner_organisation", "commune", None),
    ("steering_committee", "province", None),
    ("steering_committee", "department", None),
    ("steering_committee", "district", _WITHOUT_DISTRICTS),
    ("steering_committee", "commune", None),
    ("assistance_group", "province", None),
    ("assistance_group", "department", None),
    ("assistance_group", "district", _WITHOUT_DISTRICTS),
    ("assistance_group", "commune", None),
    ("assistance_group", "steering_committee", None),
    ("expert_group", "province", None),
    ("expert_group", "department", None),
    ("incident_team", "province", None),
    ("incident_team", "department", None),
)

_placements = sa.table(
    "kind_placements",
    sa.column("kind", sa.String),
    sa.column("parent_kind", sa.String),
    sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date),
)


def upgrade() -> None:
    """Apply. A row that was corrected, or has one of other days beside it, stays as it is."""
    _begin(_SHIPPED_FROM, _SINCE)


def downgrade() -> None:
    """Take back."""
    _begin(_SINCE, _SHIPPED_FROM)


def _begin(shipped: date, since: date) -> None:
    """Let the rows that are as shipped, from `shipped` on, begin on `since`."""
    other = _placements.alias()
    for kind, above, until in _SHIPPED:
        alone = ~sa.exists().where(
            other.c.kind == kind,
            other.c.parent_kind.is_not_distinct_from(above),
            other.c.valid_from != shipped,
        )
        op.execute(
            _placements.update()
            .where(
                _placements.c.kind == kind,
                _placements.c.parent_kind.is_not_distinct_from(above),
                _placements.c.valid_from == shipped,
                _placements.c.valid_to.is_not_distinct_from(until),
                alone,
            )
            .values(valid_from=since)
        )
