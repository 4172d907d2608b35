"""The filing workbench: how does a spreadsheet become a checked return?

``layout`` says which columns there are, ``readers`` turn bytes into rows, ``copying`` hands rows to PostgreSQL,
``findings`` is the form in which every layer says what it found.
"""
