"""Certification 认定: a project's way from application over measurement and review to the right to be issued."""
