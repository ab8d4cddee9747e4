"""What the community does: accounts, profiles, teams, contributions, mail to the operator."""
