import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { build, type Plugin } from 'vite'

/** Data that a package keeps beside its code and finds through `import.meta.url`. */
const DATA_EXTENSIONS = new Set(['.data', '.wasm'])

export interface BundleOptions {
  /** Absolute path of `server/workers/<name>.ts`. */
  entry: string
  /** Folder that gets `<name>.mjs` and the data files it reads. */
  outDir: string
}

/** The worker threads of the project: absolute paths of `<rootDir>/server/workers/*.ts`. */
export async function listWorkers(rootDir: string): Promise<string[]> {
  const dir = join(rootDir, 'server', 'workers')
  const names = await readdir(dir).catch(() => [] as string[])
  return names.filter(name => name.endsWith('.ts') && !name.endsWith('.d.ts')).sort().map(name => join(dir, name))
}

/**
 * Bundles one worker thread into `<outDir>/<name>.mjs`, which needs nothing else but Node: packages are inlined, and
 * data files that a package reads from beside itself are copied beside the bundle. A package that is not installed
 * (an optional dependency) stays an import that fails when it is reached. Everything is written under another name and
 * renamed, so that a thread that starts meanwhile reads a whole file.
 *
 * @returns absolute paths of every file that went into the bundle, to watch or to compare
 */
export async function bundleWorker({ entry, outDir }: BundleOptions): Promise<string[]> {
  const name = basename(entry, extname(entry))
  const scratch = join(outDir, `.${name}-${randomUUID()}`)
  const inputs = new Set<string>()
  const data = new Set<string>()
  try {
    await build({
      configFile: false,
      envDir: false,
      root: dirname(entry),
      logLevel: 'warn',
      publicDir: false,
      resolve: { conditions: ['node', 'import', 'module', 'default'] },
      ssr: { noExternal: true },
      build: {
        ssr: entry,
        outDir: scratch,
        emptyOutDir: true,
        target: 'node20',
        minify: false,
        copyPublicDir: false,
        rolldownOptions: {
          output: { format: 'es', entryFileNames: `${name}.mjs`, codeSplitting: false },
        },
      },
      plugins: [collectInputs(inputs, data), keepMissingPackages()],
    })
    for (const file of data) await copyFile(file, join(scratch, basename(file)))
    await mkdir(outDir, { recursive: true })
    for (const file of await readdir(scratch)) await rename(join(scratch, file), join(outDir, file))
  }
  finally {
    await rm(scratch, { recursive: true, force: true })
  }
  return [...inputs, ...data]
}

/**
 * The same, but only when a file that went into the last bundle has changed since: for tests and scripts, which run
 * from the sources. Returns the path of the bundle.
 */
export async function bundleWorkerCached(options: BundleOptions): Promise<string> {
  const name = basename(options.entry, extname(options.entry))
  const output = join(options.outDir, `${name}.mjs`)
  const stampFile = join(options.outDir, `${name}.inputs.json`)
  const known = await readFile(stampFile, 'utf8').then(text => JSON.parse(text) as Record<string, string>).catch(() => undefined)
  // Another copy of the project may have put its own bundle here.
  if (known && options.entry in known && await exists(output)) {
    const now = await stamp(Object.keys(known))
    if (Object.entries(known).every(([file, value]) => now[file] === value)) return output
  }
  const inputs = await bundleWorker(options)
  const scratch = `${stampFile}.${randomUUID()}`
  await writeFile(scratch, JSON.stringify(await stamp([...inputs, import.meta.filename])))
  await rename(scratch, stampFile)
  return output
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(() => true, () => false)
}

async function stamp(files: string[]): Promise<Record<string, string>> {
  const entries = await Promise.all(files.map(async (file) => {
    const found = await stat(file).catch(() => undefined)
    return [file, found ? `${found.mtimeMs}:${found.size}` : 'missing'] as const
  }))
  return Object.fromEntries(entries)
}

function collectInputs(inputs: Set<string>, data: Set<string>): Plugin {
  return {
    name: 'workers:collect-inputs',
    async transform(code, id) {
      const file = id.split('?')[0]!
      if (!await exists(file)) return
      inputs.add(file)
      if (!file.includes('/node_modules/') || !code.includes('import.meta.url')) return
      for (const sibling of await readdir(dirname(file))) {
        if (DATA_EXTENSIONS.has(extname(sibling))) data.add(join(dirname(file), sibling))
      }
    },
  }
}

function keepMissingPackages(): Plugin {
  return {
    name: 'workers:keep-missing-packages',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      if (/^[./\\]|^node:|^\0/.test(source) || !importer) return
      const found = await this.resolve(source, importer, { ...options, skipSelf: true }).catch(() => null)
      return found ?? { id: source, external: true }
    },
  }
}
