"""Tell trials of a hyperparameter search from runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("runs") as batch_op:
        batch_op.add_column(
            sa.Column("role", sa.String(length=8), nullable=False, server_default="run")
        )
        batch_op.add_column(
            sa.Column("chosen", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    # What an older release does not know must not look like runs to it.
    op.execute("DELETE FROM runs WHERE role = 'trial'")
    op.execute("UPDATE runs SET state = 'queued' WHERE state = 'searching'")
    # Not as a batch: SQLite would make the table anew, and dropping it deletes what refers to it.
    op.drop_column("runs", "chosen")
    op.drop_column("runs", "role")
