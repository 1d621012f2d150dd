SELECT a.attname AS name, CASE WHEN t.typtype = 'e' THEN 'enum' ELSE format_type(a.atttypid, NULL) END AS type FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = CAST('"a schema"."rows"' AS regclass) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum;

SELECT CAST(COUNT(*) AS double precision) AS "n", CAST(SUM("c") AS double precision) AS "u", CAST(SUM("w") AS double precision) AS "f", CAST(COUNT("x0") AS double precision) AS "n_x0", CAST(COUNT("x1") AS double precision) AS "n_x1", CAST(COUNT("x2") AS double precision) AS "n_x2", CAST(COUNT("x3") AS double precision) AS "n_x3", CAST(COUNT("x4") AS double precision) AS "n_x4", CAST(COUNT("x5") AS double precision) AS "n_x5", CAST(COUNT("x6") AS double precision) AS "n_x6", CAST(SUM(("w" * "x0")) AS double precision) AS "s_x0", CAST(MIN(CASE WHEN ("c" = CAST(1.0e0 AS double precision)) THEN "x0" END) AS double precision) AS "a_x0", CAST(MAX(CASE WHEN ("c" = CAST(1.0e0 AS double precision)) THEN "x0" END) AS double precision) AS "b_x0", CAST(SUM(("w" * "x1")) AS double precision) AS "s_x1", CAST(MIN(CASE WHEN ("c" = CAST(1.0e0 AS double precision)) THEN "x1" END) AS double precision) AS "a_x1", CAST(MAX(CASE WHEN ("c" = CAST(1.0e0 AS double precision)) THEN "x1" END) AS double precision) AS "b_x1", CAST(SUM(("w" * "x4")) AS double precision) AS "s_x4", CAST(MIN(CASE WHEN ("c" = CAST(1.0e0 AS double precision)) THEN "x4" END) AS double precision) AS "a_x4", CAST(MAX(CASE WHEN ("c" = CAST(1.0e0 AS double precision)) THEN "x4" END) AS double precision) AS "b_x4", CAST(SUM(("w" * "x6")) AS double precision) AS "s_x6", CAST(MIN(CASE WHEN ("c" = CAST(1.0e0 AS double precision)) THEN "x6" END) AS double precision) AS "a_x6", CAST(MAX(CASE WHEN ("c" = CAST(1.0e0 AS double precision)) THEN "x6" END) AS double precision) AS "b_x6"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", CASE WHEN ("c" = CAST(1.0e0 AS double precision)) THEN CAST(1.0e0 AS double precision) END AS "w"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN CAST(1.0e0 AS double precision) ELSE CAST(0.0e0 AS double precision) END AS "c"
    FROM (
      SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3;

SELECT CAST(COUNT(DISTINCT "x0") AS double precision) AS "d_x0", CAST(COUNT(DISTINCT "x1") AS double precision) AS "d_x1", CAST(COUNT(DISTINCT "x6") AS double precision) AS "d_x6"
FROM (
  SELECT "x0", "x1", "x6"
  FROM (
    SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
    FROM "a schema"."rows"
  ) AS q1
  WHERE (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL)))
  LIMIT 10000
) AS q2;

SELECT "x1" AS "k", CAST(COUNT(*) AS double precision) AS "n", CAST(SUM("c") AS double precision) AS "u", CAST(SUM("w") AS double precision) AS "f"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", CASE WHEN ("c" = CAST(1.0e0 AS double precision)) THEN CAST(1.0e0 AS double precision) END AS "w"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN CAST(1.0e0 AS double precision) ELSE CAST(0.0e0 AS double precision) END AS "c"
    FROM (
      SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3
WHERE "x1" IS NOT NULL
GROUP BY "x1";

SELECT "x2" AS "k", CAST(COUNT(*) AS double precision) AS "n", CAST(SUM("c") AS double precision) AS "u", CAST(SUM("w") AS double precision) AS "f"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", CASE WHEN ("c" = CAST(1.0e0 AS double precision)) THEN CAST(1.0e0 AS double precision) END AS "w"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN CAST(1.0e0 AS double precision) ELSE CAST(0.0e0 AS double precision) END AS "c"
    FROM (
      SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3
WHERE "x2" IS NOT NULL
GROUP BY "x2";

SELECT "x3" AS "k", CAST(COUNT(*) AS double precision) AS "n", CAST(SUM("c") AS double precision) AS "u", CAST(SUM("w") AS double precision) AS "f"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", CASE WHEN ("c" = CAST(1.0e0 AS double precision)) THEN CAST(1.0e0 AS double precision) END AS "w"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN CAST(1.0e0 AS double precision) ELSE CAST(0.0e0 AS double precision) END AS "c"
    FROM (
      SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3
WHERE "x3" IS NOT NULL
GROUP BY "x3";

SELECT "x4" AS "k", CAST(COUNT(*) AS double precision) AS "n", CAST(SUM("c") AS double precision) AS "u", CAST(SUM("w") AS double precision) AS "f"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", CASE WHEN ("c" = CAST(1.0e0 AS double precision)) THEN CAST(1.0e0 AS double precision) END AS "w"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN CAST(1.0e0 AS double precision) ELSE CAST(0.0e0 AS double precision) END AS "c"
    FROM (
      SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3
WHERE "x4" IS NOT NULL
GROUP BY "x4";

SELECT "x5" AS "k", CAST(COUNT(*) AS double precision) AS "n", CAST(SUM("c") AS double precision) AS "u", CAST(SUM("w") AS double precision) AS "f"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", CASE WHEN ("c" = CAST(1.0e0 AS double precision)) THEN CAST(1.0e0 AS double precision) END AS "w"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN CAST(1.0e0 AS double precision) ELSE CAST(0.0e0 AS double precision) END AS "c"
    FROM (
      SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3
WHERE "x5" IS NOT NULL
GROUP BY "x5";

SELECT "x6" AS "k", CAST(COUNT(*) AS double precision) AS "n", CAST(SUM("c") AS double precision) AS "u", CAST(SUM("w") AS double precision) AS "f"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", CASE WHEN ("c" = CAST(1.0e0 AS double precision)) THEN CAST(1.0e0 AS double precision) END AS "w"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN CAST(1.0e0 AS double precision) ELSE CAST(0.0e0 AS double precision) END AS "c"
    FROM (
      SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3
WHERE "x6" IS NOT NULL
GROUP BY "x6";

SELECT CAST(COUNT("x1") AS double precision) AS "a0", CAST(SUM("x1") AS double precision) AS "a1"
FROM (
  SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
  FROM "a schema"."rows"
) AS q1;

SELECT CAST(SUM(("x1" - CAST(6.84070796460177e0 AS double precision))) AS double precision) AS "a0", CAST(SUM((("x1" - CAST(6.84070796460177e0 AS double precision)) * ("x1" - CAST(6.84070796460177e0 AS double precision)))) AS double precision) AS "a1"
FROM (
  SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
  FROM "a schema"."rows"
) AS q1;

SELECT "k0", CAST(MAX("c") AS double precision) AS "u"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", CASE WHEN (("x1" * "x1") > CAST(2.0e1 AS double precision)) THEN CAST(1.0e0 AS double precision) WHEN (NOT (("x1" * "x1") > CAST(2.0e1 AS double precision))) THEN CAST(0.0e0 AS double precision) END AS "k0"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN CAST(1.0e0 AS double precision) ELSE CAST(0.0e0 AS double precision) END AS "c"
    FROM (
      SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3
GROUP BY "k0";

SELECT "k0", "k1", CAST(MAX("c") AS double precision) AS "u"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", "x4" AS "k0", "x5" AS "k1"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN CAST(1.0e0 AS double precision) ELSE CAST(0.0e0 AS double precision) END AS "c"
    FROM (
      SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3
GROUP BY "k0", "k1";

SELECT CAST(COUNT(*) AS double precision) AS "n", CAST(COUNT("m1") AS double precision) AS "n_m1", CAST(SUM("m1") AS double precision) AS "s_m1", CAST(COUNT("m2") AS double precision) AS "n_m2", CAST(SUM("m2") AS double precision) AS "s_m2", CAST(COUNT("m3") AS double precision) AS "n_m3", CAST(SUM("m3") AS double precision) AS "s_m3"
FROM (
  SELECT "x0" AS "m1", CASE WHEN ("x1" > CAST(0.0e0 AS double precision)) THEN LN("x1") END AS "m2", (("x1" - CAST(6.84070796460177e0 AS double precision)) / CAST(4.314771910213579e0 AS double precision)) AS "m3"
  FROM (
    SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
    FROM "a schema"."rows"
  ) AS q1
  WHERE (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL)))
) AS q2;

SELECT CAST(COUNT(*) AS double precision) AS "n", CAST(COUNT("v0") AS double precision) AS "n0", CAST(COUNT("v1") AS double precision) AS "n1", CAST(COUNT("v2") AS double precision) AS "n2"
FROM (
  SELECT CASE WHEN ("x1" > CAST(0.0e0 AS double precision)) THEN LN("x1") END AS "v0", (("x1" - CAST(6.84070796460177e0 AS double precision)) / CAST(4.314771910213579e0 AS double precision)) AS "v1", ("x1" * "x1") AS "v2"
  FROM (
    SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
    FROM "a schema"."rows"
  ) AS q1
  WHERE (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL)))
) AS q2;

SELECT CAST(SUM("w") AS double precision) AS "t", CAST(MIN("w") AS double precision) AS "a", CAST(SUM(CASE WHEN ("w" > CAST(0.0e0 AS double precision)) THEN LN("w") END) AS double precision) AS "l"
FROM (
  SELECT "x6" AS "w"
  FROM (
    SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
    FROM "a schema"."rows"
  ) AS q1
  WHERE (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL)))
) AS q2;

SELECT "k0", "k1", CAST(COUNT(*) AS double precision) AS "n", CAST(SUM("w") AS double precision) AS "s0", CAST(SUM(("w" * "m2")) AS double precision) AS "s1", CAST(SUM(("w" * "m3")) AS double precision) AS "s2", CAST(SUM(("w" * "m1")) AS double precision) AS "s3", CAST(SUM(("w" * ("m2" * "m2"))) AS double precision) AS "s4", CAST(SUM(("w" * ("m3" * "m2"))) AS double precision) AS "s5", CAST(SUM(("w" * ("m2" * "m1"))) AS double precision) AS "s6", CAST(SUM(("w" * ("m3" * "m3"))) AS double precision) AS "s7", CAST(SUM(("w" * ("m3" * "m1"))) AS double precision) AS "s8", CAST(SUM(("w" * ("m1" * "m1"))) AS double precision) AS "s9"
FROM (
  SELECT CASE WHEN (("x1" * "x1") > CAST(2.0e1 AS double precision)) THEN CAST(1.0e0 AS double precision) WHEN (NOT (("x1" * "x1") > CAST(2.0e1 AS double precision))) THEN CAST(0.0e0 AS double precision) END AS "k0", "x2" AS "k1", ("x0" - CAST(5.000107153847967e0 AS double precision)) AS "m1", (CASE WHEN ("x1" > CAST(0.0e0 AS double precision)) THEN LN("x1") END - CAST(1.6474970491026826e0 AS double precision)) AS "m2", ((("x1" - CAST(6.84070796460177e0 AS double precision)) / CAST(4.314771910213579e0 AS double precision)) - CAST((-5.698489860907883e-17) AS double precision)) AS "m3", "x6" AS "w"
  FROM (
    SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
    FROM "a schema"."rows"
  ) AS q1
  WHERE (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL)))
) AS q2
GROUP BY "k0", "k1";

SELECT "k0", "k1", "k2", CAST(COUNT(*) AS double precision) AS "n", CAST(SUM("w") AS double precision) AS "s0", CAST(SUM(("w" * "m2")) AS double precision) AS "s1", CAST(SUM(("w" * "m3")) AS double precision) AS "s2", CAST(SUM(("w" * "m1")) AS double precision) AS "s3", CAST(SUM(("w" * ("m2" * "m2"))) AS double precision) AS "s4", CAST(SUM(("w" * ("m3" * "m2"))) AS double precision) AS "s5", CAST(SUM(("w" * ("m2" * "m1"))) AS double precision) AS "s6"
FROM (
  SELECT "x3" AS "k0", CASE WHEN (("x1" * "x1") > CAST(2.0e1 AS double precision)) THEN CAST(1.0e0 AS double precision) WHEN (NOT (("x1" * "x1") > CAST(2.0e1 AS double precision))) THEN CAST(0.0e0 AS double precision) END AS "k1", "x2" AS "k2", ("x0" - CAST(5.000107153847967e0 AS double precision)) AS "m1", (CASE WHEN ("x1" > CAST(0.0e0 AS double precision)) THEN LN("x1") END - CAST(1.6474970491026826e0 AS double precision)) AS "m2", ((("x1" - CAST(6.84070796460177e0 AS double precision)) / CAST(4.314771910213579e0 AS double precision)) - CAST((-5.698489860907883e-17) AS double precision)) AS "m3", "x6" AS "w"
  FROM (
    SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
    FROM "a schema"."rows"
  ) AS q1
  WHERE (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL)))
) AS q2
GROUP BY "k0", "k1", "k2";

SELECT "k0", "k1", "k2", "k3", CAST(COUNT(*) AS double precision) AS "n", CAST(SUM("w") AS double precision) AS "s0", CAST(SUM(("w" * "m2")) AS double precision) AS "s1", CAST(SUM(("w" * "m3")) AS double precision) AS "s2", CAST(SUM(("w" * "m1")) AS double precision) AS "s3"
FROM (
  SELECT "x4" AS "k0", "x5" AS "k1", CASE WHEN (("x1" * "x1") > CAST(2.0e1 AS double precision)) THEN CAST(1.0e0 AS double precision) WHEN (NOT (("x1" * "x1") > CAST(2.0e1 AS double precision))) THEN CAST(0.0e0 AS double precision) END AS "k2", "x2" AS "k3", ("x0" - CAST(5.000107153847967e0 AS double precision)) AS "m1", (CASE WHEN ("x1" > CAST(0.0e0 AS double precision)) THEN LN("x1") END - CAST(1.6474970491026826e0 AS double precision)) AS "m2", ((("x1" - CAST(6.84070796460177e0 AS double precision)) / CAST(4.314771910213579e0 AS double precision)) - CAST((-5.698489860907883e-17) AS double precision)) AS "m3", "x6" AS "w"
  FROM (
    SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
    FROM "a schema"."rows"
  ) AS q1
  WHERE (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL)))
) AS q2
GROUP BY "k0", "k1", "k2", "k3";

SELECT "k0", "k1", "k2", CAST(COUNT(*) AS double precision) AS "n", CAST(SUM("w") AS double precision) AS "s0", CAST(SUM(("w" * "m2")) AS double precision) AS "s1"
FROM (
  SELECT "x4" AS "k0", "x5" AS "k1", "x3" AS "k2", (CASE WHEN ("x1" > CAST(0.0e0 AS double precision)) THEN LN("x1") END - CAST(1.6474970491026826e0 AS double precision)) AS "m2", "x6" AS "w"
  FROM (
    SELECT CASE WHEN CAST("y" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("y" AS double precision) END AS "x0", CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2", CAST("g" AS text) AS "x3", CAST("h" AS double precision) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x6"
    FROM "a schema"."rows"
  ) AS q1
  WHERE (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL)))
) AS q2
GROUP BY "k0", "k1", "k2";
