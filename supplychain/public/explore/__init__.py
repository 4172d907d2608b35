"""What do the lines say that a reader chooses? One question from an address: as page, picture, frame and citation."""
