"""Only tables and Parquet files are written: no flights, datasets of clouds, or other engines."""

from PyInstaller.utils.hooks import collect_dynamic_libs

LEFT_OUT = ("flight", "_s3", "gcs", "azure", "gandiva", "orc", "cuda")
hiddenimports = ["pyarrow.parquet", "pyarrow.vendored.version", "pyarrow._compute_docstrings"]
binaries = [
    (source, target)
    for source, target in collect_dynamic_libs("pyarrow", search_patterns=["*.dll", "*.dylib", "lib*.so", "*.so.*"])
    if not any(part in source.rsplit("pyarrow", 1)[-1] for part in LEFT_OUT)
]
