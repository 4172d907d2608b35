"""The one door for writes about returns, disclosures, takedowns and the calendar.

Every deed is keyword-only, takes the person as ``by=`` and the clock as ``now=``, runs in one transaction, and raises
one of the four refusals with a sentence. Pages, commands, the API, tasks and tests all come in here.
"""
