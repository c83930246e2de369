"""Preview of a link in chats and mails, in the head of its page."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from feedback_atlas.server.comparisons.schemas import Comparison
from feedback_atlas.server.sharing.preview_image import SIZE

_LONGEST = 300


def preview_head(view: Comparison, address: str, token: str) -> str:
    """Return Open Graph and Twitter elements: title, description and the address of a picture.

    ``address`` is the service's own, as the reader knows it, with a slash at its end.
    """
    description = ". ".join(part for part in (view.subtitle, *view.findings[:1]) if part)
    if len(description) > _LONGEST:
        description = f"{description[: _LONGEST - 1].rstrip()}…"
    picture = f"{address}api/shared/{quote(token)}/preview.png"
    width, height = map(str, SIZE)
    said = {
        "og:type": "website",
        "og:site_name": "Feedback Atlas",
        "og:title": view.title,
        "og:description": description,
        "og:image": picture,
        "og:image:type": "image/png",
        "og:image:width": width,
        "og:image:height": height,
        "og:image:alt": f"Similarity of the layers of the networks in {view.title}",
    }
    cards = {
        "twitter:card": "summary_large_image",
        "twitter:title": view.title,
        "twitter:description": description,
        "twitter:image": picture,
    }
    return "".join(
        f'<meta {kind}="{name}" content="{escape(content)}" />\n'
        for kind, group in (("property", said), ("name", cards))
        for name, content in group.items()
    )
