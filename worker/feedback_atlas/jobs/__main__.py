"""Start a worker: `python -P -m feedback_atlas.jobs`, with the options of `celery worker`.

Celery's own command looks in the current folder first, for the application and for tasks; here
Python finds them as it does any other module.
"""

from __future__ import annotations

import sys

import feedback_atlas.jobs.tasks  # noqa: F401  # makes them known to the application
from feedback_atlas.jobs.app import app

sys.exit(app.start(["worker", *sys.argv[1:]]))
