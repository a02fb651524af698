"""Questions about assignments: who holds which role, who counts, who may hold one."""
