"""A closed list changes only by a released change, one child at a time, and never once its roster is committed."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

GUARD = """
CREATE FUNCTION list_change_is_released() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed enrollment_confirmedlist%ROWTYPE;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'a change of a closed list stays as it was written' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT * INTO closed FROM enrollment_confirmedlist WHERE id = NEW.confirmed_list_id FOR NO KEY UPDATE;
    IF (closed.count, closed.sha256) IS DISTINCT FROM (NEW.count, NEW.sha256) THEN
        RAISE EXCEPTION 'a change keeps the list as it was before' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM districts_release AS released
        JOIN enrollment_application AS one ON released.subject = 'enrollment.Application:' || one.id
        WHERE released.id = NEW.release_id AND released.kind = 'list-change' AND released.outcome = 'released'
            AND released.payload ->> 'kind' = NEW.kind AND (released.payload ->> 'list')::bigint = closed.id
            AND one.receipt_number = NEW.receipt_number
    ) THEN
        RAISE EXCEPTION 'a closed list changes only by what a second person released'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM classing_draw WHERE (season_id, campus_id) = (closed.season_id, closed.campus_id))
        OR EXISTS (SELECT FROM classing_lotdraw WHERE (season_id, campus_id) = (closed.season_id, closed.campus_id))
    THEN
        RAISE EXCEPTION 'the roster of this list is committed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER list_change_is_released BEFORE INSERT OR UPDATE OR DELETE ON enrollment_listchange
    FOR EACH ROW EXECUTE FUNCTION list_change_is_released();

-- How many the list counts moves by one with each change, which has written down how many it counted before.
CREATE FUNCTION closed_list_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    step integer;
BEGIN
    IF TG_OP = 'DELETE'
        OR (OLD.id, OLD.season_id, OLD.campus_id, OLD.closed_by_id, OLD.closed_at)
            IS DISTINCT FROM (NEW.id, NEW.season_id, NEW.campus_id, NEW.closed_by_id, NEW.closed_at) THEN
        RAISE EXCEPTION 'a list is closed once' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT CASE kind WHEN 'add' THEN 1 ELSE -1 END INTO step
        FROM (SELECT * FROM enrollment_listchange WHERE confirmed_list_id = OLD.id ORDER BY id DESC LIMIT 1) AS newest
        WHERE count = OLD.count AND sha256 = OLD.sha256;
    IF step IS NULL OR NEW.count <> OLD.count + step THEN
        RAISE EXCEPTION 'a closed list changes only by what a second person released'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER closed_list_stays BEFORE UPDATE OR DELETE ON enrollment_confirmedlist
    FOR EACH ROW EXECUTE FUNCTION closed_list_stays();

CREATE FUNCTION placement_stays_on_its_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'a placement stays on its list' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM (
            SELECT kind FROM enrollment_listchange AS change
            JOIN enrollment_application AS one ON one.receipt_number = change.receipt_number
            WHERE change.confirmed_list_id = OLD.confirmed_list_id AND one.id = OLD.application_id
            ORDER BY change.id DESC LIMIT 1
        ) AS newest WHERE kind = 'remove'
    ) THEN
        RAISE EXCEPTION 'a child leaves a closed list only by what a second person released'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER placement_stays_on_its_list BEFORE DELETE OR UPDATE OF application_id, confirmed_list_id
    ON enrollment_placement FOR EACH ROW EXECUTE FUNCTION placement_stays_on_its_list();

CREATE FUNCTION closed_list_is_complete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    list bigint;
    said integer;
    placed integer;
BEGIN
    IF TG_TABLE_NAME = 'enrollment_confirmedlist' THEN list := NEW.id; ELSE list := NEW.confirmed_list_id; END IF;
    SELECT count INTO said FROM enrollment_confirmedlist WHERE id = list;
    SELECT count(*) INTO placed FROM enrollment_placement WHERE confirmed_list_id = list;
    IF said <> placed THEN
        RAISE EXCEPTION 'the list says % children and has %', said, placed USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT FROM (
            SELECT DISTINCT ON (receipt_number) receipt_number, kind FROM enrollment_listchange
            WHERE confirmed_list_id = list ORDER BY receipt_number, id DESC
        ) AS newest
        WHERE (newest.kind = 'add') <> EXISTS (
            SELECT FROM enrollment_placement AS placement
            JOIN enrollment_application AS one ON one.id = placement.application_id
            WHERE placement.confirmed_list_id = list AND one.receipt_number = newest.receipt_number
        )
    ) THEN
        RAISE EXCEPTION 'the list is not what its changes say' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER closed_list_is_complete AFTER INSERT ON enrollment_placement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION closed_list_is_complete();
CREATE CONSTRAINT TRIGGER closed_list_is_complete AFTER INSERT OR UPDATE ON enrollment_confirmedlist
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION closed_list_is_complete();
CREATE CONSTRAINT TRIGGER closed_list_is_complete AFTER INSERT ON enrollment_listchange
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION closed_list_is_complete();
"""
UNDO = """
DROP TRIGGER closed_list_is_complete ON enrollment_listchange;
DROP TRIGGER closed_list_is_complete ON enrollment_confirmedlist;
DROP TRIGGER closed_list_is_complete ON enrollment_placement;
DROP FUNCTION closed_list_is_complete();
DROP TRIGGER placement_stays_on_its_list ON enrollment_placement;
DROP FUNCTION placement_stays_on_its_list();
DROP TRIGGER closed_list_stays ON enrollment_confirmedlist;
DROP FUNCTION closed_list_stays();
DROP TRIGGER list_change_is_released ON enrollment_listchange;
DROP FUNCTION list_change_is_released();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("enrollment", "0006_consent_and_co_guardians"),
        ("classing", "0002_draw_happens_once"),
        ("districts", "0006_log_in_chains"),
    ]
    operations = [
        migrations.CreateModel(
            name="ListChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("receipt_number", models.CharField(max_length=20, verbose_name="回执号")),
                ("kind", models.CharField(choices=[("add", "补充列入"), ("remove", "移出")], max_length=10, verbose_name="变更")),
                ("reason", models.CharField(max_length=200, verbose_name="原因")),
                ("count", models.PositiveSmallIntegerField(verbose_name="变更前人数")),
                ("sha256", models.CharField(max_length=64, verbose_name="变更前摘要")),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "confirmed_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="enrollment.confirmedlist",
                    ),
                ),
                (
                    "release",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="districts.release"
                    ),
                ),
            ],
            options={
                "verbose_name": "名单变更",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="list_change_has_a_reason")
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
