"""Pictures of households: graphs as HTML and SVG, and the access matrix as a heat map."""
