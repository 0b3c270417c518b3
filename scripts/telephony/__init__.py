"""The bridge between an Asterisk PBX and Dealflow. It needs Python 3.10 or later and nothing else."""
