SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_name = 'rows' AND table_schema = 'a schema' ORDER BY ordinal_position;

SELECT CAST(COUNT(*) AS DOUBLE) AS "n", CAST(SUM("c") AS DOUBLE) AS "u", CAST(SUM("w") AS DOUBLE) AS "f", CAST(COUNT("x0") AS DOUBLE) AS "n_x0", CAST(COUNT("x1") AS DOUBLE) AS "n_x1", CAST(COUNT("x2") AS DOUBLE) AS "n_x2", CAST(COUNT("x3") AS DOUBLE) AS "n_x3", CAST(COUNT("x4") AS DOUBLE) AS "n_x4", CAST(COUNT("x5") AS DOUBLE) AS "n_x5", CAST(COUNT("x6") AS DOUBLE) AS "n_x6", CAST(SUM(("w" * "x0")) AS DOUBLE) AS "s_x0", CAST(MIN(CASE WHEN ("c" = 1.0e0) THEN "x0" END) AS DOUBLE) AS "a_x0", CAST(MAX(CASE WHEN ("c" = 1.0e0) THEN "x0" END) AS DOUBLE) AS "b_x0", CAST(SUM(("w" * "x1")) AS DOUBLE) AS "s_x1", CAST(MIN(CASE WHEN ("c" = 1.0e0) THEN "x1" END) AS DOUBLE) AS "a_x1", CAST(MAX(CASE WHEN ("c" = 1.0e0) THEN "x1" END) AS DOUBLE) AS "b_x1", CAST(SUM(("w" * "x4")) AS DOUBLE) AS "s_x4", CAST(MIN(CASE WHEN ("c" = 1.0e0) THEN "x4" END) AS DOUBLE) AS "a_x4", CAST(MAX(CASE WHEN ("c" = 1.0e0) THEN "x4" END) AS DOUBLE) AS "b_x4", CAST(SUM(("w" * "x6")) AS DOUBLE) AS "s_x6", CAST(MIN(CASE WHEN ("c" = 1.0e0) THEN "x6" END) AS DOUBLE) AS "a_x6", CAST(MAX(CASE WHEN ("c" = 1.0e0) THEN "x6" END) AS DOUBLE) AS "b_x6"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", CASE WHEN ("c" = 1.0e0) THEN 1.0e0 END AS "w"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN 1.0e0 ELSE 0.0e0 END AS "c"
    FROM (
      SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3;

SELECT CAST(COUNT(DISTINCT "x0") AS DOUBLE) AS "d_x0", CAST(COUNT(DISTINCT "x1") AS DOUBLE) AS "d_x1", CAST(COUNT(DISTINCT "x6") AS DOUBLE) AS "d_x6"
FROM (
  SELECT "x0", "x1", "x6"
  FROM (
    SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
    FROM "a schema"."rows"
  ) AS q1
  WHERE (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL)))
  LIMIT 10000
) AS q2;

SELECT "x1" AS "k", CAST(COUNT(*) AS DOUBLE) AS "n", CAST(SUM("c") AS DOUBLE) AS "u", CAST(SUM("w") AS DOUBLE) AS "f"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", CASE WHEN ("c" = 1.0e0) THEN 1.0e0 END AS "w"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN 1.0e0 ELSE 0.0e0 END AS "c"
    FROM (
      SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3
WHERE "x1" IS NOT NULL
GROUP BY "x1";

SELECT "x2" AS "k", CAST(COUNT(*) AS DOUBLE) AS "n", CAST(SUM("c") AS DOUBLE) AS "u", CAST(SUM("w") AS DOUBLE) AS "f"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", CASE WHEN ("c" = 1.0e0) THEN 1.0e0 END AS "w"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN 1.0e0 ELSE 0.0e0 END AS "c"
    FROM (
      SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3
WHERE "x2" IS NOT NULL
GROUP BY "x2";

SELECT "x3" AS "k", CAST(COUNT(*) AS DOUBLE) AS "n", CAST(SUM("c") AS DOUBLE) AS "u", CAST(SUM("w") AS DOUBLE) AS "f"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", CASE WHEN ("c" = 1.0e0) THEN 1.0e0 END AS "w"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN 1.0e0 ELSE 0.0e0 END AS "c"
    FROM (
      SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3
WHERE "x3" IS NOT NULL
GROUP BY "x3";

SELECT "x4" AS "k", CAST(COUNT(*) AS DOUBLE) AS "n", CAST(SUM("c") AS DOUBLE) AS "u", CAST(SUM("w") AS DOUBLE) AS "f"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", CASE WHEN ("c" = 1.0e0) THEN 1.0e0 END AS "w"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN 1.0e0 ELSE 0.0e0 END AS "c"
    FROM (
      SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3
WHERE "x4" IS NOT NULL
GROUP BY "x4";

SELECT "x5" AS "k", CAST(COUNT(*) AS DOUBLE) AS "n", CAST(SUM("c") AS DOUBLE) AS "u", CAST(SUM("w") AS DOUBLE) AS "f"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", CASE WHEN ("c" = 1.0e0) THEN 1.0e0 END AS "w"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN 1.0e0 ELSE 0.0e0 END AS "c"
    FROM (
      SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3
WHERE "x5" IS NOT NULL
GROUP BY "x5";

SELECT "x6" AS "k", CAST(COUNT(*) AS DOUBLE) AS "n", CAST(SUM("c") AS DOUBLE) AS "u", CAST(SUM("w") AS DOUBLE) AS "f"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", CASE WHEN ("c" = 1.0e0) THEN 1.0e0 END AS "w"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN 1.0e0 ELSE 0.0e0 END AS "c"
    FROM (
      SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3
WHERE "x6" IS NOT NULL
GROUP BY "x6";

SELECT CAST(COUNT("x1") AS DOUBLE) AS "a0", CAST(SUM("x1") AS DOUBLE) AS "a1"
FROM (
  SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
  FROM "a schema"."rows"
) AS q1;

SELECT CAST(SUM(("x1" - 6.84070796460177e0)) AS DOUBLE) AS "a0", CAST(SUM((("x1" - 6.84070796460177e0) * ("x1" - 6.84070796460177e0))) AS DOUBLE) AS "a1"
FROM (
  SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
  FROM "a schema"."rows"
) AS q1;

SELECT "k0", CAST(MAX("c") AS DOUBLE) AS "u"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", CASE WHEN (("x1" * "x1") > 2.0e1) THEN 1.0e0 WHEN (NOT (("x1" * "x1") > 2.0e1)) THEN 0.0e0 END AS "k0"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN 1.0e0 ELSE 0.0e0 END AS "c"
    FROM (
      SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3
GROUP BY "k0";

SELECT "k0", "k1", CAST(MAX("c") AS DOUBLE) AS "u"
FROM (
  SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", "c", "x4" AS "k0", "x5" AS "k1"
  FROM (
    SELECT "x0", "x1", "x2", "x3", "x4", "x5", "x6", CASE WHEN (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL))) THEN 1.0e0 ELSE 0.0e0 END AS "c"
    FROM (
      SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
      FROM "a schema"."rows"
    ) AS q1
  ) AS q2
) AS q3
GROUP BY "k0", "k1";

SELECT CAST(COUNT(*) AS DOUBLE) AS "n", CAST(COUNT("m1") AS DOUBLE) AS "n_m1", CAST(SUM("m1") AS DOUBLE) AS "s_m1", CAST(COUNT("m2") AS DOUBLE) AS "n_m2", CAST(SUM("m2") AS DOUBLE) AS "s_m2", CAST(COUNT("m3") AS DOUBLE) AS "n_m3", CAST(SUM("m3") AS DOUBLE) AS "s_m3"
FROM (
  SELECT "x0" AS "m1", CASE WHEN ("x1" > 0.0e0) THEN LN("x1") END AS "m2", (("x1" - 6.84070796460177e0) / 4.314771910213579e0) AS "m3"
  FROM (
    SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
    FROM "a schema"."rows"
  ) AS q1
  WHERE (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL)))
) AS q2;

SELECT CAST(COUNT(*) AS DOUBLE) AS "n", CAST(COUNT("v0") AS DOUBLE) AS "n0", CAST(COUNT("v1") AS DOUBLE) AS "n1", CAST(COUNT("v2") AS DOUBLE) AS "n2"
FROM (
  SELECT CASE WHEN ("x1" > 0.0e0) THEN LN("x1") END AS "v0", (("x1" - 6.84070796460177e0) / 4.314771910213579e0) AS "v1", ("x1" * "x1") AS "v2"
  FROM (
    SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
    FROM "a schema"."rows"
  ) AS q1
  WHERE (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL)))
) AS q2;

SELECT CAST(SUM("w") AS DOUBLE) AS "t", CAST(MIN("w") AS DOUBLE) AS "a", CAST(SUM(CASE WHEN ("w" > 0.0e0) THEN LN("w") END) AS DOUBLE) AS "l"
FROM (
  SELECT "x6" AS "w"
  FROM (
    SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
    FROM "a schema"."rows"
  ) AS q1
  WHERE (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL)))
) AS q2;

SELECT "k0", "k1", CAST(COUNT(*) AS DOUBLE) AS "n", CAST(SUM("w") AS DOUBLE) AS "s0", CAST(SUM(("w" * "m2")) AS DOUBLE) AS "s1", CAST(SUM(("w" * "m3")) AS DOUBLE) AS "s2", CAST(SUM(("w" * "m1")) AS DOUBLE) AS "s3", CAST(SUM(("w" * ("m2" * "m2"))) AS DOUBLE) AS "s4", CAST(SUM(("w" * ("m3" * "m2"))) AS DOUBLE) AS "s5", CAST(SUM(("w" * ("m2" * "m1"))) AS DOUBLE) AS "s6", CAST(SUM(("w" * ("m3" * "m3"))) AS DOUBLE) AS "s7", CAST(SUM(("w" * ("m3" * "m1"))) AS DOUBLE) AS "s8", CAST(SUM(("w" * ("m1" * "m1"))) AS DOUBLE) AS "s9"
FROM (
  SELECT CASE WHEN (("x1" * "x1") > 2.0e1) THEN 1.0e0 WHEN (NOT (("x1" * "x1") > 2.0e1)) THEN 0.0e0 END AS "k0", "x2" AS "k1", ("x0" - 5.000107153847967e0) AS "m1", (CASE WHEN ("x1" > 0.0e0) THEN LN("x1") END - 1.6474970491026826e0) AS "m2", ((("x1" - 6.84070796460177e0) / 4.314771910213579e0) - (-5.698489860907883e-17)) AS "m3", "x6" AS "w"
  FROM (
    SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
    FROM "a schema"."rows"
  ) AS q1
  WHERE (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL)))
) AS q2
GROUP BY "k0", "k1";

SELECT "k0", "k1", "k2", CAST(COUNT(*) AS DOUBLE) AS "n", CAST(SUM("w") AS DOUBLE) AS "s0", CAST(SUM(("w" * "m2")) AS DOUBLE) AS "s1", CAST(SUM(("w" * "m3")) AS DOUBLE) AS "s2", CAST(SUM(("w" * "m1")) AS DOUBLE) AS "s3", CAST(SUM(("w" * ("m2" * "m2"))) AS DOUBLE) AS "s4", CAST(SUM(("w" * ("m3" * "m2"))) AS DOUBLE) AS "s5", CAST(SUM(("w" * ("m2" * "m1"))) AS DOUBLE) AS "s6"
FROM (
  SELECT "x3" AS "k0", CASE WHEN (("x1" * "x1") > 2.0e1) THEN 1.0e0 WHEN (NOT (("x1" * "x1") > 2.0e1)) THEN 0.0e0 END AS "k1", "x2" AS "k2", ("x0" - 5.000107153847967e0) AS "m1", (CASE WHEN ("x1" > 0.0e0) THEN LN("x1") END - 1.6474970491026826e0) AS "m2", ((("x1" - 6.84070796460177e0) / 4.314771910213579e0) - (-5.698489860907883e-17)) AS "m3", "x6" AS "w"
  FROM (
    SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
    FROM "a schema"."rows"
  ) AS q1
  WHERE (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL)))
) AS q2
GROUP BY "k0", "k1", "k2";

SELECT "k0", "k1", "k2", "k3", CAST(COUNT(*) AS DOUBLE) AS "n", CAST(SUM("w") AS DOUBLE) AS "s0", CAST(SUM(("w" * "m2")) AS DOUBLE) AS "s1", CAST(SUM(("w" * "m3")) AS DOUBLE) AS "s2", CAST(SUM(("w" * "m1")) AS DOUBLE) AS "s3"
FROM (
  SELECT "x4" AS "k0", "x5" AS "k1", CASE WHEN (("x1" * "x1") > 2.0e1) THEN 1.0e0 WHEN (NOT (("x1" * "x1") > 2.0e1)) THEN 0.0e0 END AS "k2", "x2" AS "k3", ("x0" - 5.000107153847967e0) AS "m1", (CASE WHEN ("x1" > 0.0e0) THEN LN("x1") END - 1.6474970491026826e0) AS "m2", ((("x1" - 6.84070796460177e0) / 4.314771910213579e0) - (-5.698489860907883e-17)) AS "m3", "x6" AS "w"
  FROM (
    SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
    FROM "a schema"."rows"
  ) AS q1
  WHERE (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL)))
) AS q2
GROUP BY "k0", "k1", "k2", "k3";

SELECT "k0", "k1", "k2", CAST(COUNT(*) AS DOUBLE) AS "n", CAST(SUM("w") AS DOUBLE) AS "s0", CAST(SUM(("w" * "m2")) AS DOUBLE) AS "s1"
FROM (
  SELECT "x4" AS "k0", "x5" AS "k1", "x3" AS "k2", (CASE WHEN ("x1" > 0.0e0) THEN LN("x1") END - 1.6474970491026826e0) AS "m2", "x6" AS "w"
  FROM (
    SELECT IF(is_nan(CAST("y" AS DOUBLE)), NULL, CAST("y" AS DOUBLE)) AS "x0", IF(is_nan(CAST("x" AS DOUBLE)), NULL, CAST("x" AS DOUBLE)) AS "x1", CAST("f""'\" AS VARCHAR) AS "x2", CAST("g" AS VARCHAR) AS "x3", CAST("h" AS DOUBLE) AS "x4", CASE WHEN "b" THEN 1 WHEN NOT "b" THEN 0 END AS "x5", IF(is_nan(CAST("w" AS DOUBLE)), NULL, CAST("w" AS DOUBLE)) AS "x6"
    FROM "a schema"."rows"
  ) AS q1
  WHERE (("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL)) AND (("x3" IS NOT NULL AND "x4" IS NOT NULL) AND ("x5" IS NOT NULL AND "x6" IS NOT NULL)))
) AS q2
GROUP BY "k0", "k1", "k2";
