"""The door for other systems: file a return with a token, and learn what became of it."""
