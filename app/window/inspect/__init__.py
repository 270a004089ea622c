"""The page that shows one photo, and where its score comes from."""
