"""A model held against labels: figures, plot and report."""
