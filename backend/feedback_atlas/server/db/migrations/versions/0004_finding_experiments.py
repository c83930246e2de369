"""Give experiments tags, notes and an archive, and let the list find them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_EXPERIMENTS = sa.table(
    "experiments",
    sa.column("id", sa.String),
    sa.column("name", sa.String),
    sa.column("spec", sa.JSON),
    sa.column("dataset", sa.String),
    sa.column("search_text", sa.Text),
)


def upgrade() -> None:
    op.create_table(
        "tags",
        sa.Column("experiment_id", sa.String(length=32), nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("experiment_id", "tag"),
    )
    op.create_index("ix_tags_tag", "tags", ["tag"])
    with op.batch_alter_table("experiments") as batch_op:
        batch_op.add_column(
            sa.Column("dataset", sa.String(length=64), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("notes", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    connection = op.get_bind()
    for row in connection.execute(
        sa.select(_EXPERIMENTS.c.id, _EXPERIMENTS.c.name, _EXPERIMENTS.c.spec)
    ).all():
        connection.execute(
            _EXPERIMENTS.update()
            .where(_EXPERIMENTS.c.id == row.id)
            .values(dataset=row.spec["dataset"], search_text=row.name.casefold())
        )
    op.create_index("ix_runs_standing", "runs", ["experiment_id", "role", "state"])
    op.drop_index("ix_runs_experiment_id", "runs")


def downgrade() -> None:
    op.create_index("ix_runs_experiment_id", "runs", ["experiment_id"])
    op.drop_index("ix_runs_standing", "runs")
    # Not as a batch: SQLite would make the table anew, and dropping it deletes what refers to it.
    for name in ("search_text", "archived_at", "notes", "dataset"):
        op.drop_column("experiments", name)
    op.drop_index("ix_tags_tag", "tags")
    op.drop_table("tags")
