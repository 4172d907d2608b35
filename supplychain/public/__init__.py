"""What can anyone see of the supply chains? The public site, in two series that never meet."""
