"""Programs that leave the house: each is one file that needs Python alone and imports nothing of ours."""
