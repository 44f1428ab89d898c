from django.db import migrations

from tanhui.kit.tables import append_only

RESULT = """
CREATE FUNCTION monitoring_result_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'run % is not deleted', OLD.number USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.number, NEW.survey_id, NEW.method, NEW.method_version, NEW.method_hash_hex, NEW.plan)
       IS DISTINCT FROM (OLD.number, OLD.survey_id, OLD.method, OLD.method_version, OLD.method_hash_hex, OLD.plan)
       OR (OLD.document <> '' AND (NEW.document, NEW.hash_hex) IS DISTINCT FROM (OLD.document, OLD.hash_hex)) THEN
        RAISE EXCEPTION 'the result of run % stands', OLD.number USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER monitoring_run_rows BEFORE UPDATE OR DELETE ON monitoring_run
    FOR EACH ROW EXECUTE FUNCTION monitoring_result_stands();
CREATE TRIGGER monitoring_run_whole BEFORE TRUNCATE ON monitoring_run
    FOR EACH STATEMENT EXECUTE FUNCTION tanhui_append_only();
"""
UNDO = """
DROP TRIGGER monitoring_run_whole ON monitoring_run;
DROP TRIGGER monitoring_run_rows ON monitoring_run;
DROP FUNCTION monitoring_result_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0005_runs")]
    operations = [
        append_only("monitoring_runremark", "monitoring_runpaper", "monitoring_runsignature"),
        migrations.RunSQL(RESULT, UNDO),
    ]
