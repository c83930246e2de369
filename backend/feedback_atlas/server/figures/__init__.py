"""Plotly figures from results: the one source for the browser, exports and notebooks."""
