"""The queue of computations, addressed by their content."""
