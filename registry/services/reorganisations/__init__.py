"""Reorganise units: compose, answer, try out, apply, undo; everyday changes of one unit."""
