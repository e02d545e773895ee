"""How households change: by whom, to what, with nothing of yesterday lost."""
