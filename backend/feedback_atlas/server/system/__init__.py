"""Health, workers, disk, versions, and the built page."""
