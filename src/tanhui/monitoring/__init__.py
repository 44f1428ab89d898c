"""Measurement and monitoring: programmes of permanent plots, their designs, field data and computed results."""
