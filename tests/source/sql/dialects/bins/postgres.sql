SELECT "x2", "c0", "c1", CAST(COUNT(*) AS double precision) AS "n", CAST(SUM("u0") AS double precision) AS "m0", CAST(SUM("u1") AS double precision) AS "m1", CAST(SUM(("u0" * "u0")) AS double precision) AS "m0_0", CAST(SUM(("u1" * "u0")) AS double precision) AS "m1_0", CAST(SUM(("u1" * "u1")) AS double precision) AS "m1_1"
FROM (
  SELECT "x2", "c0", "c1", ((CASE WHEN ("x0" > CAST(0.0e0 AS double precision)) THEN LN("x0") END - "c0") * CAST(1.8204784532536746e0 AS double precision)) AS "u0", (("x1" - "c1") * CAST(5.0e-1 AS double precision)) AS "u1"
  FROM (
    SELECT "x2", "x0", "x1", CASE WHEN ("x0" < CAST(3.0000000000000004e0 AS double precision)) THEN CASE WHEN ("x0" < CAST(1.7320508075688774e0 AS double precision)) THEN CAST(2.7465307216702745e-1 AS double precision) ELSE CAST(8.239592165010823e-1 AS double precision) END ELSE CASE WHEN ("x0" < CAST(5.196152422706632e0 AS double precision)) THEN CAST(1.3732653608351373e0 AS double precision) ELSE CAST(1.922571505169192e0 AS double precision) END END AS "c0", CASE WHEN ("x1" < CAST(5.0e0 AS double precision)) THEN CASE WHEN ("x1" < CAST(3.0e0 AS double precision)) THEN CAST(2.0e0 AS double precision) ELSE CAST(4.0e0 AS double precision) END ELSE CASE WHEN ("x1" < CAST(7.0e0 AS double precision)) THEN CAST(6.0e0 AS double precision) ELSE CAST(8.0e0 AS double precision) END END AS "c1"
    FROM (
      SELECT CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x0", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2"
      FROM "a schema"."rows"
    ) AS q1
    WHERE ("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL))
  ) AS q2
) AS q3
GROUP BY "x2", "c0", "c1";

SELECT "x1", "x2", "c0", CAST(COUNT(*) AS double precision) AS "n", CAST(SUM("u0") AS double precision) AS "m0", CAST(SUM(("u0" * "u0")) AS double precision) AS "m0_0", CAST(SUM((("u0" * "u0") * "u0")) AS double precision) AS "m0_0_0"
FROM (
  SELECT "x1", "x2", "c0", ((CASE WHEN ("x0" > CAST(0.0e0 AS double precision)) THEN LN("x0") END - "c0") * CAST(1.8204784532536746e0 AS double precision)) AS "u0"
  FROM (
    SELECT "x1", "x2", "x0", CASE WHEN ("x0" < CAST(3.0000000000000004e0 AS double precision)) THEN CASE WHEN ("x0" < CAST(1.7320508075688774e0 AS double precision)) THEN CAST(2.7465307216702745e-1 AS double precision) ELSE CAST(8.239592165010823e-1 AS double precision) END ELSE CASE WHEN ("x0" < CAST(5.196152422706632e0 AS double precision)) THEN CAST(1.3732653608351373e0 AS double precision) ELSE CAST(1.922571505169192e0 AS double precision) END END AS "c0"
    FROM (
      SELECT CASE WHEN CAST("x" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("x" AS double precision) END AS "x0", CASE WHEN CAST("w" AS double precision) <> CAST('NaN' AS double precision) THEN CAST("w" AS double precision) END AS "x1", CAST("f""'\" AS text) AS "x2"
      FROM "a schema"."rows"
    ) AS q1
    WHERE ("x0" IS NOT NULL AND ("x1" IS NOT NULL AND "x2" IS NOT NULL))
  ) AS q2
) AS q3
GROUP BY "x1", "x2", "c0";
