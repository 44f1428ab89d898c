"""Arithmetic that an auditor can run alone: carbon science, ledger rules and the audit of both."""
