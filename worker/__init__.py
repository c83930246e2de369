"""Everything in Feedback Atlas that computes."""
