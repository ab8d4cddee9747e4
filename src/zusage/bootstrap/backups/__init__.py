"""What was erased stays erased: the register, the drill, and the replay after a restore."""
