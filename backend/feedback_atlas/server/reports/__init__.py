"""A comparison told in text and as one page: for a paper, and for a reader without the service."""

from feedback_atlas.server.reports.comparison import comparison_report
from feedback_atlas.server.reports.html import html_report
from feedback_atlas.server.reports.methods.comparison import Methods, methods_of

__all__ = ["Methods", "comparison_report", "html_report", "methods_of"]
