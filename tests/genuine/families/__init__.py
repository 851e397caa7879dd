"""Rows of genuine files, a module for each kind; every module has its `FAMILY`."""
