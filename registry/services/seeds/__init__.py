"""Load what ships with the product: reference data, and the invented data of the demo."""
