"""Headers that tell a browser what an answer may do."""

from __future__ import annotations

# An answer that is no page: were one shown as a page, it could run, load and frame nothing.
SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
# What a link leads to: its address is a secret, and must reach no other site or search engine.
LINK_HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


def page_policy(nonce: str, *, embeddable: bool = False) -> str:
    """Content-Security-Policy of the page: its own scripts only, and data from this service only.

    Only a page that is ``embeddable`` may be shown in a frame of another website.

    Style elements need this page's ``nonce``. Style attributes are allowed: plotly.js writes them
    into the text of figures, and they cannot load or run anything under the rest of this policy.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src-elem 'self' 'nonce-{nonce}'",
            "style-src-attr 'unsafe-inline'",
            # plotly.js draws what it saves from an image of its own making.
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors *" if embeddable else "frame-ancestors 'none'",
        )
    )
