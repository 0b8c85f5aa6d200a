"""Taking items out of the library: the dialog. The formats themselves belong to the engine."""
