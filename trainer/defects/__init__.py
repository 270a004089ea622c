"""Teaching the defect network: on defects planted in good photos, and on what people scored."""
