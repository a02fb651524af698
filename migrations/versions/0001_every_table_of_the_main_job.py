"""Every table of the main job.

On SQLite a batch operation rebuilds the table: triggers vanish with it (they are put back after
every migration), and with foreign keys on its child rows would go too (they are off while
migrations run). Test with rows in the table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_events",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("noun", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("personal_hash", sa.String(), nullable=True),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_events_hash")),
    )
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_events_noun_object_id"), ["noun", "object_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_audit_events_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "courses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint("name", name=op.f("uq_courses_name")),
    )
    op.create_table(
        "coverage_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "province",
                "department",
                "section",
                "mass_organisation",
                "central_agency",
                "district",
                "district_office",
                "commune",
                "commune_office",
                "community_team",
                "enterprise",
                "partner_organisation",
                "steering_committee",
                "assistance_group",
                "expert_group",
                "incident_team",
                name="unitkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "role",
            sa.Enum(
                "focal_point",
                "supporting",
                "leader",
                "it_officer",
                "security_officer",
                name="assignmentrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("headline", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("grace_days >= 0", name=op.f("ck_coverage_rules_grace")),
        sa.CheckConstraint("minimum >= 1", name=op.f("ck_coverage_rules_minimum")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_coverage_rules_period")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_rules")),
    )
    with op.batch_alter_table("coverage_rules", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_coverage_rules_kind_role_valid_from"),
            ["kind", "role", "valid_from"],
            unique=True,
        )

    op.create_table(
        "form_submissions",
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_form_submissions")),
    )
    op.create_table(
        "kind_placements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "province",
                "department",
                "section",
                "mass_organisation",
                "central_agency",
                "district",
                "district_office",
                "commune",
                "commune_office",
                "community_team",
                "enterprise",
                "partner_organisation",
                "steering_committee",
                "assistance_group",
                "expert_group",
                "incident_team",
                name="unitkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("parent_kind", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_kind_placements_period")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kind_placements")),
    )
    with op.batch_alter_table("kind_placements", schema=None) as batch_op:
        batch_op.create_index(
            "uq_kind_placements_kind_parent_kind_valid_from",
            ["kind", "parent_kind", "valid_from"],
            unique=True,
        )

    op.create_table(
        "parameters",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_parameters")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column(
            "search_key",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "sort_key",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("citizen_id_encrypted", sa.String(), nullable=True),
        sa.Column("citizen_id_index", sa.String(), nullable=True),
        sa.Column("job_title", sa.String(), nullable=True),
        sa.Column(
            "education_level",
            sa.Enum(
                "secondary",
                "college",
                "bachelor",
                "master",
                "doctorate",
                name="educationlevel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("it_major", sa.Boolean(), nullable=False),
        sa.Column(
            "contract_type",
            sa.Enum(
                "permanent",
                "contract",
                "expert",
                "collaborator",
                name="contracttype",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("is_manager", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("citizen_id_index", name=op.f("uq_people_citizen_id_index")),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_phone"), ["phone"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_search_key"), ["search_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_sort_key_id"), ["sort_key", "id"], unique=False)

    op.create_table(
        "platforms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("platform_group", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platforms")),
        sa.UniqueConstraint("code", name=op.f("uq_platforms_code")),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login_hash", sa.String(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failures")),
    )
    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_failures_login_hash_failed_at"),
            ["login_hash", "failed_at"],
            unique=False,
        )

    op.create_table(
        "stored_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("storage_name", sa.String(), nullable=False),
        sa.Column("original_name", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
        sa.UniqueConstraint("storage_name", name=op.f("uq_stored_files_storage_name")),
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sa.UniqueConstraint("code", name=op.f("uq_topics_code")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registry_code", sa.String(), nullable=True),
        sa.Column("tax_code", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("registry_code", name=op.f("uq_units_registry_code")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("login_key", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_accounts_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("login_key", name=op.f("uq_accounts_login_key")),
        sa.UniqueConstraint("person_id", name=op.f("uq_accounts_person_id")),
    )
    op.create_table(
        "audit_personal",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sequence"],
            ["audit_events.sequence"],
            name=op.f("fk_audit_personal_sequence_audit_events"),
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_personal")),
    )
    with op.batch_alter_table("audit_personal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_personal_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoke_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_cards_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_cards_code_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_cards_uuid")),
    )
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cards_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cards_person_id"), ["person_id"], unique=False)

    op.create_table(
        "course_topics",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_topics_course_id_courses")
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_course_topics_topic_id_topics")
        ),
        sa.PrimaryKeyConstraint("course_id", "topic_id", name=op.f("pk_course_topics")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "decision",
                "letter",
                "proposal",
                name="decisionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("signer", sa.String(), nullable=True),
        sa.Column("signer_form", sa.String(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "effective_to IS NULL OR effective_from IS NULL OR effective_to > effective_from",
            name=op.f("ck_decisions_effect"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name=op.f("fk_decisions_file_id_stored_files")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["decisions.id"], name=op.f("fk_decisions_replaces_id_decisions")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_decisions_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_decisions_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("member_unit_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "head",
                "deputy",
                "core",
                "member",
                name="memberrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("is_secondment", sa.Boolean(), nullable=False),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (member_unit_id IS NULL)", name=op.f("ck_memberships_one_party")
        ),
        sa.CheckConstraint(
            "NOT is_main OR person_id IS NOT NULL", name=op.f("ck_memberships_main_is_of_a_person")
        ),
        sa.CheckConstraint(
            "member_unit_id IS NULL OR member_unit_id <> unit_id",
            name=op.f("ck_memberships_not_itself"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_memberships_period")
        ),
        sa.ForeignKeyConstraint(
            ["member_unit_id"], ["units.id"], name=op.f("fk_memberships_member_unit_id_units")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_memberships_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_memberships_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_line_id"), ["line_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_memberships_member_unit_id"), ["member_unit_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_memberships_person_id_valid_from"),
            ["person_id", "valid_from"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_memberships_unit_id_valid_from"), ["unit_id", "valid_from"], unique=False
        )

    op.create_table(
        "offices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "function",
            sa.Enum(
                "reviewing",
                "deciding",
                "coordinating",
                "verifying",
                name="officefunction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_offices_period")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["units.id"], name=op.f("fk_offices_office_id_units")
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["units.id"], name=op.f("fk_offices_territory_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
    )
    with op.batch_alter_table("offices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offices_office_id"), ["office_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offices_territory_id"), ["territory_id"], unique=False)

    op.create_table(
        "successions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.CheckConstraint("part IN ('whole', 'part')", name=op.f("ck_successions_part")),
        sa.CheckConstraint("predecessor_id <> successor_id", name=op.f("ck_successions_two_units")),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["units.id"], name=op.f("fk_successions_predecessor_id_units")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["units.id"], name=op.f("fk_successions_successor_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_successions")),
    )
    with op.batch_alter_table("successions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_successions_predecessor_id_successor_id"),
            ["predecessor_id", "successor_id"],
            unique=True,
        )
        batch_op.create_index(
            batch_op.f("ix_successions_successor_id"), ["successor_id"], unique=False
        )

    op.create_table(
        "training_classes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column(
            "mode",
            sa.Enum(
                "in_person",
                "online",
                "hybrid",
                name="trainingmode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organiser_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_training_classes_days")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_training_classes_course_id_courses")
        ),
        sa.ForeignKeyConstraint(
            ["organiser_id"], ["units.id"], name=op.f("fk_training_classes_organiser_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_classes")),
    )
    with op.batch_alter_table("training_classes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_classes_course_id_name_starts_on"),
            ["course_id", "name", "starts_on"],
            unique=True,
        )
        batch_op.create_index(
            batch_op.f("ix_training_classes_organiser_id"), ["organiser_id"], unique=False
        )

    op.create_table(
        "unit_contacts",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("head_title", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_unit_contacts_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_contacts")),
    )
    op.create_table(
        "unit_paths",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "path", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_unit_paths_period")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_unit_paths_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_paths")),
    )
    with op.batch_alter_table("unit_paths", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_unit_paths_path_valid_from"), ["path", "valid_from"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_unit_paths_unit_id_valid_from"), ["unit_id", "valid_from"], unique=True
        )

    op.create_table(
        "unit_periods",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "province",
                "department",
                "section",
                "mass_organisation",
                "central_agency",
                "district",
                "district_office",
                "commune",
                "commune_office",
                "community_team",
                "enterprise",
                "partner_organisation",
                "steering_committee",
                "assistance_group",
                "expert_group",
                "incident_team",
                name="unitkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("designation", sa.String(), nullable=True),
        sa.Column(
            "official_code",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("in_scope", sa.Boolean(), nullable=False),
        sa.Column("out_of_scope_reason", sa.String(), nullable=True),
        sa.Column(
            "search_key",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "sort_key",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "in_scope OR out_of_scope_reason IS NOT NULL",
            name=op.f("ck_unit_periods_reason_when_out_of_scope"),
        ),
        sa.CheckConstraint(
            "parent_id IS NULL OR parent_id <> unit_id", name=op.f("ck_unit_periods_not_own_parent")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_unit_periods_period")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["units.id"], name=op.f("fk_unit_periods_parent_id_units")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_unit_periods_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_periods")),
    )
    with op.batch_alter_table("unit_periods", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_unit_periods_kind_valid_from"), ["kind", "valid_from"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_unit_periods_official_code_valid_from"),
            ["official_code", "valid_from"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_unit_periods_parent_id_valid_from"),
            ["parent_id", "valid_from"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_unit_periods_unit_id_valid_from"), ["unit_id", "valid_from"], unique=True
        )

    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "focal_point",
                "supporting",
                "leader",
                "it_officer",
                "security_officer",
                name="assignmentrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "duty",
            sa.Enum(
                "dedicated",
                "concurrent",
                "in_charge",
                name="duty",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("concurrent_fields", sa.String(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (section_id IS NULL)", name=op.f("ck_assignments_one_holder")
        ),
        sa.CheckConstraint(
            "section_id IS NULL OR section_id <> unit_id", name=op.f("ck_assignments_section_below")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_assignments_period")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_assignments_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_assignments_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["units.id"], name=op.f("fk_assignments_section_id_units")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_assignments_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assignments_decision_id"), ["decision_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_assignments_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignments_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignments_section_id"), ["section_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_assignments_unit_id_role_valid_from"),
            ["unit_id", "role", "valid_from"],
            unique=False,
        )

    op.create_table(
        "attendances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Numeric(precision=6, scale=1), nullable=True),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column(
            "result",
            sa.Enum(
                "completed",
                "not_completed",
                name="trainingresult",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("hours IS NULL OR hours > 0", name=op.f("ck_attendances_hours")),
        sa.ForeignKeyConstraint(
            ["class_id"],
            ["training_classes.id"],
            name=op.f("fk_attendances_class_id_training_classes"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_attendances_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_attendances_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
    )
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attendances_class_id_person_id"), ["class_id", "person_id"], unique=True
        )
        batch_op.create_index(batch_op.f("ix_attendances_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendances_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "card_prints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["card_id"], ["cards.id"], name=op.f("fk_card_prints_card_id_cards")
        ),
        sa.ForeignKeyConstraint(
            ["printed_by_id"], ["accounts.id"], name=op.f("fk_card_prints_printed_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_prints")),
    )
    with op.batch_alter_table("card_prints", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_prints_card_id"), ["card_id"], unique=False)

    op.create_table(
        "grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "system_administrator",
                "approver",
                "reviewer",
                "verifier",
                "viewer",
                "unit_officer",
                "member",
                "public",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "office_id IS NOT NULL OR role = 'system_administrator'",
            name=op.f("ck_grants_office_needed"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_grants_period")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_grants_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["units.id"], name=op.f("fk_grants_office_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grants_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_grants_office_id"), ["office_id"], unique=False)

    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_outbox_messages_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
    )
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_messages_sent_at"), ["sent_at"], unique=False)

    op.create_table(
        "password_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_password_links_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_links_token_hash")),
    )
    with op.batch_alter_table("password_links", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_password_links_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "rosters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "verified",
                "reviewed",
                "decided",
                "returned",
                name="rosterstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("content_hash", sa.String(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("return_reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'decided' OR (decision_id IS NOT NULL AND content_hash IS NOT NULL)",
            name=op.f("ck_rosters_decided_on_a_decision"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR submitted_by_id IS NULL OR decided_by_id <> submitted_by_id",
            name=op.f("ck_rosters_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_rosters_decided_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_rosters_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["accounts.id"], name=op.f("fk_rosters_reviewed_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["accounts.id"], name=op.f("fk_rosters_submitted_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_rosters_unit_id_units")),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["accounts.id"], name=op.f("fk_rosters_verified_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rosters")),
    )
    with op.batch_alter_table("rosters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rosters_state"), ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_rosters_unit_id_number"), ["unit_id", "number"], unique=True
        )

    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_account_id"), ["account_id"], unique=False)

    op.create_table(
        "signups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference_code", sa.String(), nullable=False),
        sa.Column("submit_key", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column(
            "search_key",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("job_title", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("notice_version", sa.String(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "completion_asked",
                "accepted",
                "declined",
                name="signupstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_signups_decided_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_signups_person_id_people")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_signups_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signups")),
        sa.UniqueConstraint("reference_code", name=op.f("uq_signups_reference_code")),
        sa.UniqueConstraint("submit_key", name=op.f("uq_signups_submit_key")),
    )
    with op.batch_alter_table("signups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signups_phone"), ["phone"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_signups_unit_id_state"), ["unit_id", "state"], unique=False
        )

    op.create_table(
        "roster_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "add",
                "change",
                "end",
                name="lineaction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("member_unit_id", sa.Integer(), nullable=True),
        sa.Column("membership_line_id", sa.String(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "head",
                "deputy",
                "core",
                "member",
                name="memberrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("job_title", sa.String(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "approved",
                "returned",
                name="lineoutcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("remark", sa.String(), nullable=True),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome <> 'approved' OR membership_line_id IS NOT NULL",
            name=op.f("ck_roster_lines_approval_names_its_membership"),
        ),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (member_unit_id IS NULL)",
            name=op.f("ck_roster_lines_one_party"),
        ),
        sa.ForeignKeyConstraint(
            ["member_unit_id"], ["units.id"], name=op.f("fk_roster_lines_member_unit_id_units")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_roster_lines_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["rosters.id"], name=op.f("fk_roster_lines_roster_id_rosters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_lines")),
    )
    with op.batch_alter_table("roster_lines", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_roster_lines_membership_line_id"), ["membership_line_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_roster_lines_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_roster_lines_roster_id_position"), ["roster_id", "position"], unique=True
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("roster_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_lines_roster_id_position"))
        batch_op.drop_index(batch_op.f("ix_roster_lines_person_id"))
        batch_op.drop_index(batch_op.f("ix_roster_lines_membership_line_id"))

    op.drop_table("roster_lines")
    with op.batch_alter_table("signups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signups_unit_id_state"))
        batch_op.drop_index(batch_op.f("ix_signups_phone"))

    op.drop_table("signups")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_account_id"))

    op.drop_table("sessions")
    with op.batch_alter_table("rosters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rosters_unit_id_number"))
        batch_op.drop_index(batch_op.f("ix_rosters_state"))

    op.drop_table("rosters")
    with op.batch_alter_table("password_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_password_links_account_id"))

    op.drop_table("password_links")
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_messages_sent_at"))

    op.drop_table("outbox_messages")
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grants_office_id"))
        batch_op.drop_index(batch_op.f("ix_grants_account_id"))

    op.drop_table("grants")
    with op.batch_alter_table("card_prints", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_card_prints_card_id"))

    op.drop_table("card_prints")
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendances_unit_id"))
        batch_op.drop_index(batch_op.f("ix_attendances_person_id"))
        batch_op.drop_index(batch_op.f("ix_attendances_class_id_person_id"))

    op.drop_table("attendances")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignments_unit_id_role_valid_from"))
        batch_op.drop_index(batch_op.f("ix_assignments_section_id"))
        batch_op.drop_index(batch_op.f("ix_assignments_person_id"))
        batch_op.drop_index(batch_op.f("ix_assignments_line_id"))
        batch_op.drop_index(batch_op.f("ix_assignments_decision_id"))

    op.drop_table("assignments")
    with op.batch_alter_table("unit_periods", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_periods_unit_id_valid_from"))
        batch_op.drop_index(batch_op.f("ix_unit_periods_parent_id_valid_from"))
        batch_op.drop_index(batch_op.f("ix_unit_periods_official_code_valid_from"))
        batch_op.drop_index(batch_op.f("ix_unit_periods_kind_valid_from"))

    op.drop_table("unit_periods")
    with op.batch_alter_table("unit_paths", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_paths_unit_id_valid_from"))
        batch_op.drop_index(batch_op.f("ix_unit_paths_path_valid_from"))

    op.drop_table("unit_paths")
    op.drop_table("unit_contacts")
    with op.batch_alter_table("training_classes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_classes_organiser_id"))
        batch_op.drop_index(batch_op.f("ix_training_classes_course_id_name_starts_on"))

    op.drop_table("training_classes")
    with op.batch_alter_table("successions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_successions_successor_id"))
        batch_op.drop_index(batch_op.f("ix_successions_predecessor_id_successor_id"))

    op.drop_table("successions")
    with op.batch_alter_table("offices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offices_territory_id"))
        batch_op.drop_index(batch_op.f("ix_offices_office_id"))

    op.drop_table("offices")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_unit_id_valid_from"))
        batch_op.drop_index(batch_op.f("ix_memberships_person_id_valid_from"))
        batch_op.drop_index(batch_op.f("ix_memberships_member_unit_id"))
        batch_op.drop_index(batch_op.f("ix_memberships_line_id"))

    op.drop_table("memberships")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_unit_id"))
        batch_op.drop_index(batch_op.f("ix_decisions_number"))

    op.drop_table("decisions")
    op.drop_table("course_topics")
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cards_person_id"))
        batch_op.drop_index(batch_op.f("ix_cards_line_id"))

    op.drop_table("cards")
    with op.batch_alter_table("audit_personal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_personal_person_id"))

    op.drop_table("audit_personal")
    op.drop_table("accounts")
    op.drop_table("units")
    op.drop_table("topics")
    op.drop_table("stored_files")
    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_failures_login_hash_failed_at"))

    op.drop_table("sign_in_failures")
    op.drop_table("platforms")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_sort_key_id"))
        batch_op.drop_index(batch_op.f("ix_people_search_key"))
        batch_op.drop_index(batch_op.f("ix_people_phone"))

    op.drop_table("people")
    op.drop_table("parameters")
    with op.batch_alter_table("kind_placements", schema=None) as batch_op:
        batch_op.drop_index("uq_kind_placements_kind_parent_kind_valid_from")

    op.drop_table("kind_placements")
    op.drop_table("form_submissions")
    with op.batch_alter_table("coverage_rules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coverage_rules_kind_role_valid_from"))

    op.drop_table("coverage_rules")
    op.drop_table("courses")
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_events_unit_id"))
        batch_op.drop_index(batch_op.f("ix_audit_events_noun_object_id"))

    op.drop_table("audit_events")
