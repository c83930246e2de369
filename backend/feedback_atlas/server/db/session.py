"""The engine and its transactions, the same on SQLite (WAL) and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from pydantic_core import from_json
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

_LOCK_WAIT_MILLISECONDS = 30_000
# Together as many as FastAPI has threads; those not kept are opened for each request.
_KEPT_CONNECTIONS = 20
_MORE_CONNECTIONS = 20
# Both sides notice a lost connection within some 20 s. By default it takes hours, in which the
# worker waits for its answer, and everyone for the row that it had locked.
_POSTGRESQL = {
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=20000 -c idle_in_transaction_session_timeout=60000",
}


class Database:
    """A database, by its SQLAlchemy URL, with reading and writing transactions."""

    def __init__(self, url: str) -> None:
        """Connect lazily to ``url``; for SQLite, make the folder of its file."""
        self.url = make_url(url)
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        given = {} if self.is_sqlite else _POSTGRESQL
        self.engine = create_engine(
            self.url,
            pool_pre_ping=not self.is_sqlite,
            pool_size=_KEPT_CONNECTIONS,
            max_overflow=_MORE_CONNECTIONS,
            # Several times as fast as the standard library.
            json_deserializer=from_json,
            # Options in the URL take precedence.
            connect_args={name: given[name] for name in given.keys() - self.url.query.keys()},
        )
        if self.is_sqlite:
            _configure_sqlite(self.engine)
        self._writing_engine = self.engine.execution_options(atlas_writes=True)
        self._closed = False

        @event.listens_for(self.engine, "checkin")
        def _on_checkin(_: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
            # A connection in use during `close` returns to a pool that is closed already.
            if self._closed:
                entry.close()

    @property
    def is_sqlite(self) -> bool:
        """True for the embedded database."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that sees one state of the database and commits nothing."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction: committed when the block ends, rolled back when it raises."""
        with Session(self._writing_engine, expire_on_commit=False) as session, session.begin():
            yield session

    def migrate(self) -> None:
        """Bring the tables to this release's version."""
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._writing_engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()

    def close(self) -> None:
        """Close every pooled connection; one in use is closed when it comes back."""
        self._closed = True
        self.engine.dispose()


def _configure_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # pysqlite opens transactions late and by its own rules; SQLAlchemy opens them below.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_LOCK_WAIT_MILLISECONDS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        # A transaction that reads first and writes later cannot wait for another writer in
        # SQLite: it fails at once. Writers therefore take the lock when they begin.
        writes = connection.get_execution_options().get("atlas_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
