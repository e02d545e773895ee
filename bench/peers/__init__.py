"""This project beside other authorization engines, on one machine, in one run."""
