"""The pages of people who file, review and match: each behind a sign-in (``door``)."""
