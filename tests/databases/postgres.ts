/** Servers of PostgreSQL for the tests: in a temporary directory, as a user without rights, stopped when the tests end. */
import postgres from "postgres";
import type { Frame, SqlClient } from "../../mod.ts";

const USER = "fitter", DATABASE = "postgres";

/** Where Debian keeps the programs of the newest version. */
function programs(): string {
  const root = "/usr/lib/postgresql";
  const versions = [...Deno.readDirSync(root)].map(({ name }) => name).sort((a, b) => Number(a) - Number(b));
  return `${root}/${versions.at(-1)}/bin`;
}

/** Runs a program of PostgreSQL; root may not, so root becomes the user that the package made. */
async function run(program: string, ...args: readonly string[]): Promise<void> {
  const as = Deno.uid() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
  const [command, ...rest] = [...as, `${programs()}/${program}`, ...args];
  const { success, stderr, stdout } = await new Deno.Command(command, {
    args: rest,
    env: { LC_ALL: "C.UTF-8" },
    cwd: "/tmp",
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`${program} failed: ${text(stderr)}${text(stdout)}`);
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 }), { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** A server that runs. */
export class Server implements AsyncDisposable {
  readonly password = "only for tests";

  private constructor(readonly port: number, private readonly folder: string) {}

  static async start(): Promise<Server> {
    const folder = await Deno.makeTempDir({ prefix: "postgres-" }), port = freePort();
    const server = new Server(port, folder);
    await Deno.writeTextFile(`${folder}/password`, server.password);
    if (Deno.uid() === 0) {
      const { success } = await new Deno.Command("chown", { args: ["-R", "postgres:postgres", folder] })
        .output();
      if (!success) throw new Error("the folder of the server could not be given to its user");
    }
    const data = `${folder}/data`;
    await run(
      "initdb",
      "-D",
      data,
      "-U",
      USER,
      "-A",
      "scram-sha-256",
      `--pwfile=${folder}/password`,
      "-E",
      "UTF8",
      "--no-sync",
    );
    const settings =
      `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c fsync=off`;
    await run("pg_ctl", "-D", data, "-w", "-l", `${folder}/log`, "-o", settings, "start");
    return server;
  }

  /** One connection. */
  connect(options: { password?: string } = {}): postgres.Sql {
    return postgres({
      host: "127.0.0.1",
      port: this.port,
      user: USER,
      password: this.password,
      database: DATABASE,
      max: 1,
      onnotice() {},
      ...options,
    });
  }

  /** What the connection string of a foreign server needs. */
  get foreign(): string {
    return `host '127.0.0.1', port '${this.port}', dbname '${DATABASE}'`;
  }

  get user(): string {
    return USER;
  }

  async stop(): Promise<void> {
    await run("pg_ctl", "-D", `${this.folder}/data`, "-m", "immediate", "-w", "stop");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop().catch(() => {}); // a test may have stopped it
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** What fitFrom() is given: batches of a cursor. */
export function client(sql: postgres.Sql, further: Partial<SqlClient> = {}): SqlClient {
  return {
    dialect: "postgres",
    session: true,
    query: (text) => sql.unsafe(text).cursor(10_000) as AsyncIterable<Record<string, unknown>[]>,
    ...further,
  };
}

const TYPES: Readonly<Record<string, string>> = {
  Float64: "double precision",
  Bool: "boolean",
  Int32: "integer",
};

/** Types of the columns of a table of the rows. */
export function columnTypes(frame: Frame): string {
  return frame.columns.map((name: string) =>
    `${quote(name)} ${TYPES[frame.getColumn(name).dtype.variant as string] ?? "text"}`
  )
    .join(", ");
}

export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Makes a table of the rows. */
export async function addTable(sql: postgres.Sql, name: string, frame: Frame): Promise<void> {
  await sql.unsafe(`CREATE TABLE ${quote(name)} (${columnTypes(frame)})`);
  await insert(sql, name, frame);
}

/** Writes the rows into a table. */
export async function insert(sql: postgres.Sql, name: string, frame: Frame): Promise<void> {
  const names: string[] = frame.columns,
    columns = names.map((column) => [...frame.getColumn(column).toArray()]);
  for (let first = 0; first < frame.height; first += 500) {
    const n = Math.min(500, frame.height - first);
    const rows = Array.from(
      { length: n },
      (_, i) => `(${columns.map((values) => literal(values[first + i])).join(", ")})`,
    );
    await sql.unsafe(`INSERT INTO ${quote(name)} VALUES ${rows.join(", ")}`);
  }
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
}
