"""Pure rules of the registry: values in, values or errors out. Standard library only."""
