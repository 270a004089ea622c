"""Work off the GUI thread: scanning, thumbnails, scoring. Each job ends with exactly one signal."""
