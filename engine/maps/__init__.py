"""The live map: two coordinates for every item of a space.

Comes in: unit vectors of one space with their items' kinds. Goes out: `MapFrame` events while a layout is made, layouts kept in the
library's `maps/` folder, regions with names, representatives, the modality gap as a number.
One stage per file: neighbours -> graph -> start -> descent; placement and align for what comes later. `worker` runs them in a process
of its own, `supervisor` speaks with it, `area` is what the facade offers. May import vectors, catalogue, jobs, values, events, errors.
"""
