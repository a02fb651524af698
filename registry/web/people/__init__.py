"""Pages of people: lists, one person, one’s own record, registering and editing."""
