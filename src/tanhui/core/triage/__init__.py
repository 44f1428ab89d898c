"""Triage: which of CCER reserve, ticket and monitoring only a parcel and period belong to, with every reason."""
