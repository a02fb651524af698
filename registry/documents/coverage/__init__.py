"""What is said of coverage: the report, its workbook, figures in today's units."""
