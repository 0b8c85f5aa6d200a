"""The main window and its parts. It arranges and navigates; every page decides for itself what it shows."""
