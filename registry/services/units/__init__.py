"""Write units: contacts and names, everyday changes, paths, known days; check them."""
