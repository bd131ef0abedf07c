"""What people decide: cases, notices, decisions, and the public log of them. The listing of this folder is the workflow."""
