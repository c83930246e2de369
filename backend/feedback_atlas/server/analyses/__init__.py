"""The queue of analyses, addressed by their content."""
