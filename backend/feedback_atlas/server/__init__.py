"""The HTTP service of Feedback Atlas. It never imports torch or worker."""

__version__ = "0.2.0.dev0"
