"""The library's SQLite database: tables, sessions, migrations, and queries named as the question they answer.

Comes in: plain values. Goes out: frozen values of `engine.values`. Imports nothing else of the engine.
"""
