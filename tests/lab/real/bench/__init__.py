"""The bench: real towns scanned by Beffroi and by its peers in one run, at one delay, counted from outside."""
