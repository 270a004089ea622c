"""The page of models: look at them, choose one, import and export."""
