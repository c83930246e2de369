"""Wake-up messages to workers, and the workers that are alive."""
