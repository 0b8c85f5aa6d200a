"""One file per attack; `engine.poison.attack.ATTACKS` finds them."""
