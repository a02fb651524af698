"""Pages of the reorganisation desk: batches, dry run, result; everyday changes of one unit."""
