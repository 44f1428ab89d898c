"""Make the survey of a demonstration region out of published figures."""
