"""What is published, for programs: the read side of version 1 of the API."""
