"""A comparison told in text and as one page: for a paper, and for a reader without the service."""

from backend.report.methods import Methods, methods_of
from backend.report.page import report_page

__all__ = ["Methods", "methods_of", "report_page"]
