"""What people fill in: shapes only, the rules are the acts'."""
