"""Pictures of figures: drawn here as SVG without scripts or styles, with the same numbers as a table and for Plotly."""
