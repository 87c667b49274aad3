"""What leaves the house as a file: tables, workbooks, pages and letters, written from values of the application."""
