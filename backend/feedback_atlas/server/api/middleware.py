"""The guard of every request: no other website may use the service through a browser."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feedback_atlas.server.api.headers import LINK_HEADERS, SAFE_HEADERS
from feedback_atlas.server.api.problems import Problem, answer, too_large
from feedback_atlas.server.settings import Settings, is_loopback

_SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_LINKS = ("/s/", "/api/shared/")


class Guard:
    """Middleware that refuses foreign host names and websites, and adds safe headers."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Guard ``app``."""
        self._app = app
        self._is_open = settings.is_open
        self._max_body_bytes = settings.max_body_bytes
        self._origins = frozenset(settings.host_names)
        self._names = {"localhost", *map(_host_name, settings.host_names)}
        if not settings.is_open:
            self._names |= {settings.host.lower(), socket.gethostname().lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE_HEADERS.items():
                    headers.setdefault(name, value)
                if path.startswith("/api/"):
                    headers.setdefault("Cache-Control", "private, no-cache")
                if path.startswith(_LINKS):
                    headers.update(LINK_HEADERS)
            await send(message)

        refusal = self._refusal(scope)
        app = self._app if refusal is None else answer(refusal)
        await app(scope, receive, send_safely)

    def _refusal(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        host = _host_name(headers.get("host", ""))
        if not self._answers_to(host):
            return Problem(
                title="Not the name of this service",
                status=421,
                detail=f"The service does not answer to the name {host[:100]!a}. If it should, "
                "start it with ATLAS_HOST_NAMES set to that name.",
            )
        if self._is_open and any(name in headers for name in _FORWARDED):
            return Problem(
                title="A proxy needs tokens",
                status=403,
                detail="This request came through a proxy, but the service is open only to the "
                "user of its own machine. Start it with ATLAS_HOST_NAMES set to the "
                "proxy's host name; everyone then signs in with a token.",
            )
        if self._is_foreign(scope, headers):
            return Problem(
                title="Not from another website",
                status=403,
                detail="This request came from another website, which may not use the service. "
                "Open the service's own page instead.",
            )
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:20]) > self._max_body_bytes:
            return too_large()
        return None

    def _answers_to(self, host: str) -> bool:
        # DNS rebinding needs a name: an address always means the same machine.
        if _is_address(host):
            return is_loopback(host) or not self._is_open
        return host in self._names

    def _is_foreign(self, scope: Scope, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if scope["method"] not in _SAFE_METHODS:
            if site is not None:
                return site not in ("same-origin", "none")
            origin = headers.get("origin")
            return origin is not None and not self._is_own(origin, headers["host"])
        # A user may follow another site's link to a page or a file.
        return (
            site in ("cross-site", "same-site")
            and headers.get("sec-fetch-mode") != "navigate"
            and scope["path"].startswith("/api/")
        )

    def _is_own(self, origin: str, host: str) -> bool:
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        # Behind a proxy the browser may know another name, which is then in the settings.
        return parts.netloc.lower() in {host.lower(), *self._origins}


def _host_name(host: str) -> str:
    """Return the name or address in a Host header, without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
