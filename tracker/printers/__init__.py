"""The way of bytes to a printer of the network. Whoever sends holds no transaction: a printer may take its time."""
