"""Assignments: recorded, corrected, changed from a day, ended."""
