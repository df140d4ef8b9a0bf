"""What is printed and sent: the protected summary, forms, recovery sheets.

`summary.summary_files`, `form_pdf.form_pdf`, `recovery_pdf.recovery_pdf` and `charts` are the ways in; each
loads ReportLab or XlsxWriter only when it is called. Texts stand in both languages on every page.
"""
