"""What is reported about one organisation? Its page and its feed, a module for each question."""
