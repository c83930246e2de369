"""The frame that all routes share: dependencies, access, errors, headers, responses."""
