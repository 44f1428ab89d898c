"""Designing a sample: land and figures for its strata, what is typed, refusals in words, and papers for the field."""
