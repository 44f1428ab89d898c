from django.db import migrations

from tanhui.kit.tables import append_only

# GiST compares no plain integers or texts without an extension, but ranges it does: a parcel is the range from the
# hash of its code to itself. 64 bits of hash: two of a million codes share one by a chance of one in ten million.
EXCLUSION = """
ALTER TABLE land_commitment ADD CONSTRAINT one_firm_commitment_per_parcel_and_time EXCLUDE USING gist (
    int8range(hashtextextended(parcel_code, 0), hashtextextended(parcel_code, 0), '[]') WITH &&,
    daterange(period_from, period_to) WITH &&
) WHERE (state IN ('reserved', 'issued') AND parcel_code <> '');
"""
FORWARD = """
CREATE FUNCTION tanhui_commitment_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before land_commitment := NEW;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before.state := OLD.state;
        before.changed_at := OLD.changed_at;
        IF before *= OLD AND (OLD.state, NEW.state) IN (
            ('applied', 'reserved'), ('reserved', 'issued'),
            ('applied', 'released'), ('reserved', 'released'), ('listed', 'released')
        ) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a commitment only goes on: % from % to % is not allowed', TG_OP, OLD.state, NEW.state
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER land_commitment_rows BEFORE UPDATE OR DELETE ON land_commitment
    FOR EACH ROW EXECUTE FUNCTION tanhui_commitment_goes_on();

CREATE FUNCTION tanhui_commitment_is_not_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state NOT IN ('reserved', 'issued') OR NEW.parcel_code = '' THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT FROM land_commitment AS other
        WHERE other.parcel_code = NEW.parcel_code AND other.state = 'listed' AND other.id <> NEW.id
          AND NOT (NEW.scheme = 'ccer' AND other.scheme = 'ccer')
          AND daterange(other.period_from, other.period_to) && daterange(NEW.period_from, NEW.period_to)
    ) THEN
        RAISE EXCEPTION 'parcel % is listed elsewhere for this time', NEW.parcel_code
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER land_commitment_listed BEFORE INSERT OR UPDATE ON land_commitment
    FOR EACH ROW EXECUTE FUNCTION tanhui_commitment_is_not_listed();

CREATE FUNCTION tanhui_listed_project_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before land_listedproject := NEW;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before.replaced_by_id := NULL;
        IF OLD.replaced_by_id IS NULL AND NEW.replaced_by_id IS NOT NULL AND before *= OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a row of a list stands, and is only replaced: % is not allowed', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER land_listedproject_rows BEFORE UPDATE OR DELETE ON land_listedproject
    FOR EACH ROW EXECUTE FUNCTION tanhui_listed_project_stands();

CREATE SEQUENCE land_triage_number;
CREATE SEQUENCE land_listing_number;
"""
BACKWARD = """
DROP SEQUENCE land_listing_number;
DROP SEQUENCE land_triage_number;
DROP TRIGGER land_listedproject_rows ON land_listedproject;
DROP FUNCTION tanhui_listed_project_stands();
DROP TRIGGER land_commitment_listed ON land_commitment;
DROP FUNCTION tanhui_commitment_is_not_listed();
DROP TRIGGER land_commitment_rows ON land_commitment;
DROP FUNCTION tanhui_commitment_goes_on();
"""


class Migration(migrations.Migration):
    dependencies = [("land", "0004_triage"), ("people", "0002_append_only")]
    operations = [
        migrations.RunSQL(
            EXCLUSION, "ALTER TABLE land_commitment DROP CONSTRAINT one_firm_commitment_per_parcel_and_time"
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        append_only("land_evidencefile", "land_toldfact", "land_kepttablefile", "land_triage", "land_listingimport"),
    ]
