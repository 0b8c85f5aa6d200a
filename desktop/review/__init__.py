"""The Review page: one key decides and goes on. Blind pairs now; whatever else is looked through one by one belongs here.

Answers are acts of the library, so each can be undone. Speaks to `engine.diagnostics` and `engine.judgements` through the bridge.
"""
