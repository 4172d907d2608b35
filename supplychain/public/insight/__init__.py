"""What can be asked of all supply chains together that no single return tells? A module for each page."""
