"""Proving the runtime wrong, if it is: its real classes in a simulated time, network and machine, and the rules that
must hold whatever breaks. (`bot.simulator` is something else: the platforms over the wire.)
"""
