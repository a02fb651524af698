"""Coverage as of a day: the report by level and by parent, and the units it finds lacking."""
