"""What a kind of database must do beyond understanding conditions, one file each."""
