"""What the site's templates may say beside Django's own words."""
