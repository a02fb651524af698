"""Pages of assignments: record, edit, end, and what waits for a decision."""
