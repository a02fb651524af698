"""Member lists: drafted, handed on and decided, carried out."""
