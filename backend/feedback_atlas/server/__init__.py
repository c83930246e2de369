"""The HTTP service of Feedback Atlas. It never imports torch or worker."""

__version__ = "0.1.0"
