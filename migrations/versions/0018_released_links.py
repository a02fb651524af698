"""Links of guarded accounts wait for a second person; confirmed addresses; papers of roles.

Revision ID: 0018
Revises: 0017

"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_PURPOSES = ("invitation", "reset")
_ENDS = ("used", "superseded", "expired", "duplicate", "restored")
_RELEASES = ("second_person", "confirmed_address", "shell")


def upgrade() -> None:
    """Apply. Open links of guarded accounts wait to be released from now on."""
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confirmed_email", sa.String(), nullable=True))
        batch_op.add_column(
            sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True)
        )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paper_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_grants_paper_id_stored_files"), "stored_files", ["paper_id"], ["id"]
        )
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_sealed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.alter_column("is_sealed", server_default=None)
    with op.batch_alter_table("password_links", schema=None) as batch_op:
        batch_op.alter_column("token_hash", existing_type=sa.String(), nullable=True)
        batch_op.add_column(sa.Column("asked_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "release",
                sa.Enum(
                    *_RELEASES,
                    name="release",
                    native_enum=False,
                    create_constraint=False,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("released_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("address", sa.String(), nullable=True))
        for column in ("asked_by_id", "released_by_id"):
            name = batch_op.f(f"fk_password_links_{column}_accounts")
            batch_op.create_foreign_key(name, "accounts", [column], ["id"])
    _allow((*_PURPOSES, "email"), ("used", "superseded", "expired", "declined", *_ENDS[3:]))
    with op.batch_alter_table("password_links", schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_password_links_linkrelease"), f"release IN ({_words(_RELEASES)})"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_password_links_release"), "(release IS NULL) = (released_at IS NULL)"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_password_links_address"), "(address IS NOT NULL) = (purpose = 'email')"
        )


def downgrade() -> None:
    """Take back; what waits for a second person, and what confirms an address, goes."""
    op.execute(
        "DELETE FROM outbox_messages WHERE link_id IN"
        " (SELECT id FROM password_links WHERE purpose = 'email' OR token_hash IS NULL)"
    )
    op.execute("DELETE FROM password_links WHERE purpose = 'email' OR token_hash IS NULL")
    op.execute("UPDATE password_links SET end_reason = NULL WHERE end_reason = 'declined'")
    with op.batch_alter_table("password_links", schema=None) as batch_op:
        for name in ("linkrelease", "release", "address"):
            batch_op.drop_constraint(batch_op.f(f"ck_password_links_{name}"), type_="check")
        for column in ("asked_by_id", "released_by_id"):
            name = batch_op.f(f"fk_password_links_{column}_accounts")
            batch_op.drop_constraint(name, type_="foreignkey")
        for column in ("address", "released_by_id", "released_at", "release", "asked_by_id"):
            batch_op.drop_column(column)
        batch_op.alter_column("token_hash", existing_type=sa.String(), nullable=False)
    _allow(_PURPOSES, _ENDS)
    op.drop_column("outbox_messages", "is_sealed")
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_grants_paper_id_stored_files"), type_="foreignkey")
        batch_op.drop_column("paper_id")
    op.drop_column("accounts", "email_confirmed_at")
    op.drop_column("accounts", "confirmed_email")


def _words(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _allow(purposes: tuple[str, ...], ends: tuple[str, ...]) -> None:
    """Let the database take these purposes and reasons and no others."""
    with op.batch_alter_table("password_links", schema=None) as batch_op:
        for column, name, values in (
            ("purpose", "linkpurpose", purposes),
            ("end_reason", "linkend", ends),
        ):
            constraint = batch_op.f(f"ck_password_links_{name}")
            batch_op.drop_constraint(constraint, type_="check")
            batch_op.create_check_constraint(constraint, f"{column} IN ({_words(values)})")
