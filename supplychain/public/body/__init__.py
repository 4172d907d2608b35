"""What does one reporting body say about its supply chain? Its page, a module for each question."""
