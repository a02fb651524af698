"""How the demo people, decisions and lists are invented: reproducible, no clock, no chance."""
