"""Wake-up messages to workers, and which workers are alive."""
