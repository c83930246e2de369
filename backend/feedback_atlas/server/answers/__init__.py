"""What one seed could not say: four questions that the paper leaves open, answered over seeds."""
