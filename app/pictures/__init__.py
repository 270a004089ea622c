"""Maps and heat drawn over photos as files, with their colours and words."""
