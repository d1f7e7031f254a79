import { spawn } from 'node:child_process'
import { ASIDE_SCHEMA } from '../../../db/postgres'

/** A program of the PostgreSQL client is missing, or failed. The message says what to do, never the password. */
export class PostgresToolFailed extends Error {
  override name = 'PostgresToolFailed'
}

/** Writes the whole database into one file, in pg_dump's own compressed format, without what a restore has put aside. */
export async function pgDump(databaseUrl: string, path: string): Promise<void> {
  await run('pg_dump', databaseUrl, ['--format=custom', '--no-owner', '--no-acl', `--exclude-schema=*${ASIDE_SCHEMA}*`, `--file=${path}`])
}

/** What a dump holds, one line each, in the form that {@link pgRestore} takes. */
export function pgContents(path: string): Promise<string> {
  return run('pg_restore', null, ['--list', path])
}

/** Loads what is named in the list from a dump, all of it or nothing. */
export async function pgRestore(databaseUrl: string, path: string, listPath: string): Promise<void> {
  await run('pg_restore', databaseUrl, ['--no-owner', '--no-acl', '--single-transaction', '--exit-on-error', `--use-list=${listPath}`, path])
}

function run(tool: string, databaseUrl: string | null, args: string[]): Promise<string> {
  const { dbname, password } = databaseUrl ? withoutPassword(databaseUrl) : { dbname: null, password: undefined }
  return new Promise((resolve, reject) => {
    const child = spawn(tool, dbname ? [`--dbname=${dbname}`, ...args] : args, {
      // A password on the command line is read by everybody on the machine.
      env: { ...process.env, ...password && { PGPASSWORD: password } },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let errors = ''
    child.stdout.on('data', chunk => output += chunk)
    child.stderr.on('data', chunk => errors += chunk)
    child.once('error', (error: NodeJS.ErrnoException) => reject(new PostgresToolFailed(error.code === 'ENOENT'
      ? `${tool} is not installed, and it is what backs up and restores a Postgres server: on Debian "apt-get install postgresql-client".`
      : `${tool} cannot be run: ${error.message}`)))
    child.once('close', code => code === 0 ? resolve(output) : reject(new PostgresToolFailed(`${tool} failed: ${reasonOf(errors, tool)}`)))
  })
}

function withoutPassword(databaseUrl: string) {
  const url = new URL(databaseUrl)
  const password = decodeURIComponent(url.password)
  url.password = ''
  return { dbname: url.href, password }
}

const reasonOf = (errors: string, tool: string) => errors.split('\n').map(line => line.replace(`${tool}: `, '').replace('error: ', '').trim()).filter(Boolean).slice(0, 3).join(' ')
