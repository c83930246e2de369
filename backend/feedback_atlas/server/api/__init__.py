"""One router a resource; each route parses, calls a service and returns a schema."""
