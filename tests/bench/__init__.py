"""Measurements: `make bench`, or `python -m tests.bench NAME` for one of them. Each stands beside a reference."""
