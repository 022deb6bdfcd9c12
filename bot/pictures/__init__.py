"""Pictures from data: charts and QR codes, drawn in a process of their own."""
