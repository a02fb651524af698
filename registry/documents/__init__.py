"""What a paper, a workbook or a report says; the columns of each table, declared once."""
