"""The screener `duplicates`: records that were decided before, and near copies of them, found again anywhere."""
