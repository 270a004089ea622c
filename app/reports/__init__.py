"""Pages of one HTML file each: their templates, their plots, and how a page is made from them."""
