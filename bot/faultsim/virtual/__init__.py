"""The runtime's real classes in a simulated time, network and machine: a seed is a world, and replays exactly."""
