"""Forms on their way to paper: sets as data, filled templates, layouts, stamped print files."""
