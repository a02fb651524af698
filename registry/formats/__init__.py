"""Bytes to values and back: PDF, spreadsheets, CSV, QR codes, scans, backups. No database here."""
