"""Programs the Makefile calls; none of them is part of the running product."""
