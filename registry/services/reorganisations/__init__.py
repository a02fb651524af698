"""Reorganise units: compose, answer, try out, apply, undo."""
