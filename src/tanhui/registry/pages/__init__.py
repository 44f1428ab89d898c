"""Pages of the registry: the public books, lots and certificates, and the orders of the workplace."""
