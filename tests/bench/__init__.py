"""The bench: one harness for Ratspost and for its peers, so that a figure can be set beside another (`README.md` here tells how).

Everything stays on the loopback. Each figure is one JSON line, made by `figures.emit`; `report` turns a file of them into tables.
"""
