"""Puts this folder on the path of imports, so that every test finds ``scenes``; it holds no fixtures."""
