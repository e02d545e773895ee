"""Every question of every household, decided at one instant, into files of columns."""
