"""A comparison told in text and as one page: for a paper, and for a reader without the service."""

from feedback_atlas.server.reports.comparison import report_page
from feedback_atlas.server.reports.methods.comparison import Methods, methods_of

__all__ = ["Methods", "methods_of", "report_page"]
