"""The bundled defect network and its card. It rates nothing, so it is not among the models."""
