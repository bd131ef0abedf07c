"""What people decide: cases, notices, decisions, and their public log. The listing of this folder is the workflow."""
