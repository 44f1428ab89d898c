"""From the features of a file to zones or counties: what each becomes, and what that changes of those that stand."""
