"""Write units: contacts and names, paths, known days; check them."""
