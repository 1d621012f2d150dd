/**
 * A hundred million rows that are never in memory: DuckDB makes a Parquet file with known coefficients, fitFrom() fits it, and what is
 * printed are the seconds of every query and of the fit, the memory of this process, and how far estimates lie from the truth in
 * standard errors. A million of the rows are fitted in memory too. Run: `deno task bench --huge [rows]`; fetches DuckDB, and takes
 * 2.5 GB of disk and some minutes.
 */
import { fit, fitFrom, type Model, pl } from "../../mod.ts";
import { SqlSource } from "../../lib/source/sql/sql_source.ts";
import { database } from "../databases/duckdb.ts";

const FORMULA = "y ~ x1 * f + (1 + x1 | g) + (1 | h)";
/** (Intercept), x1, fb, fc, x1:fb, x1:fc; standard deviations of g, x1 by g, h and the residual. */
const BETA = [1, 0.5, 0.3, -0.2, 0.1, 0], SD = [1, 0.2, 0.5, 2];

async function make(path: string, rows: number): Promise<void> {
  await using connection = await database();
  await connection.run(`
    CREATE MACRO uniform(i, k) AS (hash(i * 31 + k) % 1000003 + 0.5) / 1000003.0;
    CREATE MACRO normal(i, k) AS sqrt(-2 * ln(uniform(i, k))) * cos(2 * pi() * uniform(i, k + 1));
    COPY (
      WITH made AS (
        SELECT i, 2 * uniform(i, 1) AS x1, ['a', 'b', 'c'][CAST(1 + hash(i * 7) % 3 AS INTEGER)] AS f,
          CAST(hash(i * 11) % 10000 AS INTEGER) AS g, CAST(hash(i * 13) % 500 AS INTEGER) AS h
        FROM range(${rows}) t(i)
      )
      SELECT x1, f, g, h, ${BETA[0]} + ${BETA[1]} * x1
        + CASE f WHEN 'b' THEN ${BETA[2]} + ${BETA[4]} * x1 WHEN 'c' THEN ${BETA[3]} + ${
    BETA[5]
  } * x1 ELSE 0 END
        + ${SD[0]} * normal(g, 100) + ${SD[1]} * normal(g, 200) * x1 + ${SD[2]} * normal(h, 300) + ${
    SD[3]
  } * normal(i, 400) AS y
      FROM made
    ) TO '${path}'`);
}

function compare(model: Model): void {
  const [{ names, beta }] = model.parts;
  names.forEach((name, j) => {
    const se = Math.sqrt(model.covariance.get(j, j));
    console.log(
      `  ${name}: ${beta[j].toFixed(5)}, true ${BETA[j]}, ${
        ((beta[j] - BETA[j]) / se).toFixed(2)
      } standard errors away`,
    );
  });
  console.log(`  residual ${model.sigma.toFixed(5)}, true ${SD[3]}`);
}

/** A million rows, from the file and in memory. */
async function part(path: string, folder: string): Promise<void> {
  const rows = await pl.scanParquet(path).limit(1_000_000).collect(), file = `${folder}/part.parquet`;
  rows.writeParquet(file);
  const a = await fitFrom(FORMULA, file), b = fit(FORMULA, rows);
  const se = (j: number) => Math.sqrt(b.covariance.get(j, j));
  const largest = Math.max(...a.parts[0].beta.map((v, j) => Math.abs(v - b.parts[0].beta[j]) / se(j)));
  console.log(
    `a million rows, from the file and in memory: coefficients differ by ${
      largest.toExponential(1)
    } standard errors, ` +
      `log-likelihoods by ${Math.abs(a.logLik / b.logLik - 1).toExponential(1)} of them`,
  );
}

/** Runs all of it. */
export async function huge(rows = 1e8): Promise<void> {
  const folder = await Deno.makeTempDir(), path = `${folder}/rows.parquet`;
  try {
    const seconds = () => performance.now() / 1000;
    let started = seconds();
    await make(path, rows);
    console.log(
      `${rows} rows made in ${(seconds() - started).toFixed(1)} s: ${
        (Deno.statSync(path).size / 1e9).toFixed(2)
      } GB`,
    );
    const begun = started = seconds();
    let what = "";
    const lap = () => {
      if (what !== "") console.log(`  ${(seconds() - started).toFixed(2)} s ${what}`);
      started = seconds();
    };
    const crossProducts = SqlSource.prototype.crossProducts;
    let summed = 0;
    SqlSource.prototype.crossProducts = async function (...given) {
      const sums = await crossProducts.apply(this, given);
      summed = seconds();
      return sums;
    };
    const model = await fitFrom(FORMULA, path, {
      onQuery(next) {
        lap();
        what = next;
      },
    });
    SqlSource.prototype.crossProducts = crossProducts;
    const fitted = seconds() - summed;
    started += fitted; // what the last query took
    lap();
    console.log(`  ${fitted.toFixed(2)} s the fit`);
    const peak = /VmHWM:\s+(\d+)/.exec(await Deno.readTextFile("/proc/self/status").catch(() => ""))?.[1];
    console.log(
      `${FORMULA}: ${(seconds() - begun).toFixed(1)} s in all, at most ${
        Math.round(Number(peak) / 1024)
      } MiB with DuckDB`,
    );
    compare(model);
    await part(path, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
