"""Headers that limit what an answer may do in a browser."""

from __future__ import annotations

# For every answer except pages: if shown as a page, it can run, load and frame nothing.
SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
# For links: their address is a secret, and must not reach other sites or search engines.
LINK_HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


def page_policy(nonce: str, *, embeddable: bool = False) -> str:
    """Return the page's Content-Security-Policy: its own scripts, data from this service only.

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
            # plotly.js makes the images that it saves from blobs and data URLs.
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors *" if embeddable else "frame-ancestors 'none'",
        )
    )
