from django.db import migrations

FORWARD = """
CREATE FUNCTION tanhui_parcel_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before land_parcel := NEW;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before.replaced_by_id := NULL;
        IF OLD.replaced_by_id IS NULL AND NEW.replaced_by_id IS NOT NULL AND before *= OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a parcel stands as it was imported, and is only replaced: % is not allowed', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER land_parcel_rows BEFORE UPDATE OR DELETE ON land_parcel
    FOR EACH ROW EXECUTE FUNCTION tanhui_parcel_stands();
CREATE TRIGGER land_parcel_whole BEFORE TRUNCATE ON land_parcel
    FOR EACH STATEMENT EXECUTE FUNCTION tanhui_parcel_stands();
CREATE SEQUENCE land_import_number;
"""
BACKWARD = """
DROP SEQUENCE land_import_number;
DROP TRIGGER land_parcel_whole ON land_parcel;
DROP TRIGGER land_parcel_rows ON land_parcel;
DROP FUNCTION tanhui_parcel_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("land", "0002_parcels")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
