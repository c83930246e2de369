"""The contract with the worker: result types and their file format."""
