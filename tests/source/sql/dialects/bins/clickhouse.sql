SELECT `x2`, `c0`, `c1`, CAST(COUNT(*) AS Nullable(Float64)) AS `n`, CAST(SUM(`u0`) AS Nullable(Float64)) AS `m0`, CAST(SUM(`u1`) AS Nullable(Float64)) AS `m1`, CAST(SUM((`u0` * `u0`)) AS Nullable(Float64)) AS `m0_0`, CAST(SUM((`u1` * `u0`)) AS Nullable(Float64)) AS `m1_0`, CAST(SUM((`u1` * `u1`)) AS Nullable(Float64)) AS `m1_1`
FROM (
  SELECT `x2`, `c0`, `c1`, ((CASE WHEN (`x0` > 0.0e0) THEN LN(`x0`) END - `c0`) * 1.8204784532536746e0) AS `u0`, ((`x1` - `c1`) * 5.0e-1) AS `u1`
  FROM (
    SELECT `x2`, `x0`, `x1`, CASE WHEN (`x0` < 3.0000000000000004e0) THEN CASE WHEN (`x0` < 1.7320508075688774e0) THEN 2.7465307216702745e-1 ELSE 8.239592165010823e-1 END ELSE CASE WHEN (`x0` < 5.196152422706632e0) THEN 1.3732653608351373e0 ELSE 1.922571505169192e0 END END AS `c0`, CASE WHEN (`x1` < 5.0e0) THEN CASE WHEN (`x1` < 3.0e0) THEN 2.0e0 ELSE 4.0e0 END ELSE CASE WHEN (`x1` < 7.0e0) THEN 6.0e0 ELSE 8.0e0 END END AS `c1`
    FROM (
      SELECT if(isNaN(CAST(`x` AS Nullable(Float64))), NULL, CAST(`x` AS Nullable(Float64))) AS `x0`, CAST(`w` AS Nullable(Float64)) AS `x1`, CAST(`f"'\\` AS Nullable(String)) AS `x2`
      FROM `a schema`.`rows`
    ) AS q1
    WHERE (`x0` IS NOT NULL AND (`x1` IS NOT NULL AND `x2` IS NOT NULL))
  ) AS q2
) AS q3
GROUP BY `x2`, `c0`, `c1`
SETTINGS prefer_column_name_to_alias = 1;

SELECT `x1`, `x2`, `c0`, CAST(COUNT(*) AS Nullable(Float64)) AS `n`, CAST(SUM(`u0`) AS Nullable(Float64)) AS `m0`, CAST(SUM((`u0` * `u0`)) AS Nullable(Float64)) AS `m0_0`, CAST(SUM(((`u0` * `u0`) * `u0`)) AS Nullable(Float64)) AS `m0_0_0`
FROM (
  SELECT `x1`, `x2`, `c0`, ((CASE WHEN (`x0` > 0.0e0) THEN LN(`x0`) END - `c0`) * 1.8204784532536746e0) AS `u0`
  FROM (
    SELECT `x1`, `x2`, `x0`, CASE WHEN (`x0` < 3.0000000000000004e0) THEN CASE WHEN (`x0` < 1.7320508075688774e0) THEN 2.7465307216702745e-1 ELSE 8.239592165010823e-1 END ELSE CASE WHEN (`x0` < 5.196152422706632e0) THEN 1.3732653608351373e0 ELSE 1.922571505169192e0 END END AS `c0`
    FROM (
      SELECT if(isNaN(CAST(`x` AS Nullable(Float64))), NULL, CAST(`x` AS Nullable(Float64))) AS `x0`, CAST(`w` AS Nullable(Float64)) AS `x1`, CAST(`f"'\\` AS Nullable(String)) AS `x2`
      FROM `a schema`.`rows`
    ) AS q1
    WHERE (`x0` IS NOT NULL AND (`x1` IS NOT NULL AND `x2` IS NOT NULL))
  ) AS q2
) AS q3
GROUP BY `x1`, `x2`, `c0`
SETTINGS prefer_column_name_to_alias = 1;
