"""Versions of what the service runs on."""

from __future__ import annotations

import platform
from functools import cached_property
from importlib.metadata import version

import redis
from redis.exceptions import RedisError
from sqlalchemy import text

from feedback_atlas.server import __version__
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.settings import Settings

_ASK_SECONDS = 2.0


class Versions:
    """Versions, each found once; those of servers when they first answer."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._broker_url = settings.resolved_broker_url
        self._redis: str | None = None

    def read(self) -> dict[str, str]:
        """Return the parts' names with their versions, in the order that they are shown in."""
        return {**self._of_parts, **self._of_database, **self._of_broker()}

    @cached_property
    def of_numbers(self) -> dict[str, str]:
        """Versions of what computes numbers: the product, Python, PyTorch and NumPy."""
        parts = {name: self._of_parts[name] for name in ("Python", "PyTorch", "NumPy")}
        return {"Feedback Atlas": __version__, **parts}

    @cached_property
    def _of_parts(self) -> dict[str, str]:
        return {
            "Python": platform.python_version(),
            "PyTorch": version("torch"),
            "NumPy": version("numpy"),
            "Plotly": version("plotly"),
            "Celery": version("celery"),
        }

    @cached_property
    def _of_database(self) -> dict[str, str]:
        if self._database.is_sqlite:
            name, statement = "SQLite", "SELECT sqlite_version()"
        else:
            name, statement = "PostgreSQL", "SHOW server_version"
        with self._database.read() as session:
            return {name: str(session.scalar(text(statement)))}

    def _of_broker(self) -> dict[str, str]:
        if not self._broker_url.startswith("redis"):
            return {}
        if self._redis is None:
            self._redis = self._ask_redis()
        return {"Redis": self._redis or "does not answer"}

    def _ask_redis(self) -> str | None:
        client = redis.Redis.from_url(
            self._broker_url, socket_timeout=_ASK_SECONDS, socket_connect_timeout=_ASK_SECONDS
        )
        try:
            return str(client.info("server")["redis_version"])
        except (RedisError, OSError):
            return None
        finally:
            client.close()
