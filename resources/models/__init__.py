"""The bundled model files, their cards and the recipes that remake them."""
