"""Command line of a worker: `python -P -m feedback_atlas.jobs`, options of `celery worker`.

Celery's own command looks in the current folder first, for the application and for tasks; here
Python finds them as it does any other module.
"""

from __future__ import annotations

import logging
import os
import sys

import feedback_atlas.jobs.tasks  # noqa: F401  # makes them known to the application
from feedback_atlas.jobs.app import app

try:
    status = app.start(["worker", *sys.argv[1:]])
except SystemExit as end:
    status = end.code
    if isinstance(status, str):
        print(status, file=sys.stderr)
# All is handed back and stored. Python's own end would wait two seconds more, for the threads of a
# pool that has no processes.
logging.shutdown()
sys.stdout.flush()
sys.stderr.flush()
os._exit(status if isinstance(status, int) else bool(status))
