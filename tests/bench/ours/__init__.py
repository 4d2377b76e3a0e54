"""What Ratspost does: `./run bench` without further words starts it, measures it beside the machine, writes docs/performance.md.

`house` starts and fills it, `parts` are the measurements, `growth` those over growing stores, `page` writes down what was found.
"""
