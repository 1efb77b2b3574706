"""Mail to the people of an authority: composed, signed, handed to a relay, and what comes back of it."""
