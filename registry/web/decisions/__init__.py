"""Pages of decisions: what hangs on one, correction, scans."""
