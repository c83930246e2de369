"""Steps that every browser test takes with a page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Page

PAGE_MS = 30_000
# For every panel of a comparison, on a busy machine.
COMPUTED_MS = 240_000
# What else axe finds is a matter of taste, or of parts that are not ours.
SERIOUS = ("serious", "critical")
# What Chromium says of drawing without a graphics card.
_HINTS = ("GPU stall", "Canvas2D: Multiple readback")


def watched(context: BrowserContext, complaints: list[str]) -> Page:
    """Return a page whose console errors, exceptions and failed requests are noted.

    Nothing moves on it: without a graphics card, each frame costs what the tests need themselves.
    """
    page = context.new_page()
    page.emulate_media(reduced_motion="reduce")
    page.set_default_timeout(PAGE_MS)
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "response",
        lambda answer: (
            complaints.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
        ),
    )
    return page


def faults(complaints: list[str]) -> list[str]:
    """Return complaints that are the page's own fault."""
    return [one for one in complaints if not any(hint in one for hint in _HINTS)]


def assert_fits(page: Page) -> None:
    """Find nothing that sticks out at the side, on a desk and on a phone."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"the page is {wide} px wide in a window of {width}"
    page.set_viewport_size({"width": 1280, "height": 900})


def barriers(page: Page, axe: str, rules: list[str] | None = None) -> list[str]:
    """Return the barriers that axe finds, a line each; by these of its rules, or by all."""
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate(
        """async (rules) => {
            const only = rules ? { runOnly: { type: "rule", values: rules } } : {};
            return (await axe.run(document, { resultTypes: ["violations"], ...only })).violations;
        }""",
        rules,
    )
    return [
        f"{entry['id']} ({entry['impact']}): {node['html'][:160]}"
        for entry in found
        if entry["impact"] in SERIOUS
        for node in entry["nodes"]
    ]
