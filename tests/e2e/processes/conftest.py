"""A module of checks, whose failed assertions show their values as those of a test do."""

import pytest

pytest.register_assert_rewrite("tests.e2e.processes.disturbed_runs")
