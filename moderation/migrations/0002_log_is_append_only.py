"""Holds the log in the database itself: entries hash to their leaves, and are never changed or deleted."""

from django.db import migrations

FORWARD = r"""
ALTER TABLE moderation_entry ADD CONSTRAINT entry_leaf_is_its_hash CHECK (leaf = sha256('\x00'::bytea || body));
ALTER TABLE moderation_entry ADD CONSTRAINT entry_body_is_short CHECK (length(body) <= 4096);

CREATE FUNCTION moderation_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER entry_is_append_only BEFORE UPDATE OR DELETE ON moderation_entry
    FOR EACH ROW EXECUTE FUNCTION moderation_refuse_change();
CREATE TRIGGER checkpoint_is_append_only BEFORE UPDATE OR DELETE ON moderation_checkpoint
    FOR EACH ROW EXECUTE FUNCTION moderation_refuse_change();
"""

BACKWARD = """
DROP TRIGGER checkpoint_is_append_only ON moderation_checkpoint;
DROP TRIGGER entry_is_append_only ON moderation_entry;
DROP FUNCTION moderation_refuse_change();
ALTER TABLE moderation_entry DROP CONSTRAINT entry_body_is_short;
ALTER TABLE moderation_entry DROP CONSTRAINT entry_leaf_is_its_hash;
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
