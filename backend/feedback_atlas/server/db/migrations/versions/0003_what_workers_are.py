"""Say what workers are and what they do, and how often a run's measurements were taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TOLD_BY_WORKERS = ("version", "python_version", "torch_version")


def upgrade() -> None:
    with op.batch_alter_table("runs") as batch_op:
        batch_op.add_column(sa.Column("rewinds", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("analyses") as batch_op:
        batch_op.add_column(sa.Column("worker", sa.String(length=200), nullable=True))
        batch_op.add_column(
            sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        )
    with op.batch_alter_table("workers") as batch_op:
        batch_op.add_column(
            sa.Column("memory_bytes", sa.BigInteger(), nullable=False, server_default="0")
        )
        batch_op.add_column(
            sa.Column("concurrency", sa.Integer(), nullable=False, server_default="1")
        )
        for name in _TOLD_BY_WORKERS:
            batch_op.add_column(
                sa.Column(name, sa.String(length=64), nullable=False, server_default="")
            )


def downgrade() -> None:
    # Not as a batch: SQLite would make a table anew, and dropping it deletes what refers to it.
    for name in (*_TOLD_BY_WORKERS, "concurrency", "memory_bytes"):
        op.drop_column("workers", name)
    for name in ("started_at", "worker"):
        op.drop_column("analyses", name)
    op.drop_column("runs", "rewinds")
