"""What is told of an enhancement work: read from a form or a row of a table, checked, and written down."""
