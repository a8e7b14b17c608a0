"""Proving the runtime wrong, if it is: the rules that must hold whatever breaks, in `virtual` time and by real `killing`.
(`bot.simulator` is something else: the platforms over the wire.)
"""
