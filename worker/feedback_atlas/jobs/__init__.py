"""Link between service and science: claim a row, compute, report under its fence."""
