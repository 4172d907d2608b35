"""Which bad inputs are there, small enough to be tried one after the other in one process?"""

from . import bombs, cells, files, paths, workbooks

CASES = (*files.CASES, *cells.CASES, *workbooks.CASES, *bombs.CASES, *paths.CASES)
