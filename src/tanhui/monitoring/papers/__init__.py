"""Papers of this context: the report of a run, and the parts that certification's report shares with it."""
