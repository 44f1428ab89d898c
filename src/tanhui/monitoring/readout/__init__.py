"""A result as people read it: rows for pages and tables, with names in the reader's language.

The document of a run has every number; nothing is computed here but sums that the reader could add up alike.
"""
