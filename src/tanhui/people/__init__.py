"""People: who may do what, for which organisation, and the trail of everything that was done."""
