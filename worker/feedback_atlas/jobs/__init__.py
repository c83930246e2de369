"""Where the service and the science meet: claim a row, compute, report under its fence."""
