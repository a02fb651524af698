"""What is written under a key names it; the database knows its keys again by fingerprints.

Revision ID: 0019
Revises: 0018

"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# Until now each key had one version; it is called so in every file of keys written before.
FIRST = "k1"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "key_fingerprints",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "key_id", name=op.f("pk_key_fingerprints")),
    )
    op.add_column("audit_events", sa.Column("person_id", sa.Integer(), nullable=True))
    op.add_column("audit_events", sa.Column("key_id", sa.String(), nullable=True))
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key_id", sa.String(), nullable=True))
    op.execute(f"UPDATE cards SET key_id = '{FIRST}'")  # noqa: S608 - a constant
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.alter_column("key_id", existing_type=sa.String(), nullable=False)
    op.execute(
        f"UPDATE people SET citizen_id_index = '{FIRST}:' || citizen_id_index"  # noqa: S608 - a constant
        " WHERE citizen_id_index IS NOT NULL"
    )


def downgrade() -> None:
    """Take back. Only what stands under the first keys can be read by the version before."""
    op.execute(
        f"UPDATE people SET citizen_id_index = substr(citizen_id_index, {len(FIRST) + 2})"  # noqa: S608 - a constant
        f" WHERE citizen_id_index LIKE '{FIRST}:%'"
    )
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.drop_column("key_id")
    op.drop_column("audit_events", "key_id")
    op.drop_column("audit_events", "person_id")
    op.drop_table("key_fingerprints")
