"""Create, list, label and delete experiments; draw their live figures."""
