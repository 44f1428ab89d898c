"""Sampling design: how many plots a precision asks for, how they are shared among strata, and where they lie."""
