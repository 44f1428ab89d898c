"""Estimators: from plots to means and totals with their variance, for every design that a survey may follow."""
