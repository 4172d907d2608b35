"""Registers in: which file is this, what does it say, and what differs from the copy before?

sources     bytes of a file, or of the one file in a zip, as text
json_rows   objects of an array of any size      csv_rows   rows of a CSV file of any size
kinds       what each published table is, and which is this one?
charities, mergers, pairs, companies             what is taken of a row
values      cells: numbers, days, names          findings   rows that are left out, counted
differences what was added, changed and gone     successors who goes on after a merger
"""
