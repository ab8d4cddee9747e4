"""The conference room: a service of its own, which forgets a meeting the moment it ends."""
