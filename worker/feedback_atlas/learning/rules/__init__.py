"""One learning rule, or one family of them, a module; the registry finds them here."""
