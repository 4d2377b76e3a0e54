"""The physical limits of this machine, to set the figures of Ratspost and its peers beside.

Each module measures one part, named as on the command line, with `measure(setting)`. Servers are child processes on the loopback
and end with their part.
"""
