"""Write units: contacts, paths, known days; check them; who may name them."""
