"""The window around the pages: rail, menus, theme, keys, dialogs."""
