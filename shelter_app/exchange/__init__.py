"""What comes in and goes out: registers, packages, workbooks for partners."""
