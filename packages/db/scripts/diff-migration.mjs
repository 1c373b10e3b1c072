// Prints the SQL that leads from prisma/migrations to prisma/schema.prisma and exits with 2, or with 0 where
// the two agree. Another folder of migrations may be named as the argument. The schema engine runs as WebAssembly over a Postgres in memory: no server, no download.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

// Where the engine leaves the message of a panic.
globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => console.error(message) };

const prismaFolder = fileURLToPath(new URL('../../../prisma/', import.meta.url));
const migrationsFolder = process.argv[2] ?? join(prismaFolder, 'migrations');

// One for both: the engine asks its main database for the version alone, and writes to its shadow.
const database = new PGlite();

/** Serves adapter-pg's pool from PGlite, and runs a script whole: adapter-pg would cut functions at each semicolon. */
class PGlitePool extends pg.Pool {
  characters = [];

  async query({ text, types, values: inner }, values = inner) {
    const parsers = new Proxy({}, { get: (_, oid) => types.getTypeParser(Number(oid), 'text') });
    const { rows, fields, affectedRows } = await database.query(text, values, {
      rowMode: 'array',
      parsers,
    });
    // adapter-pg has no name for the catalogue's one-byte "char" (18): read as text (25), told as a character.
    this.characters = fields.map((field) => field.dataTypeID === 18);
    const named = fields.map((field) => (field.dataTypeID === 18 ? { ...field, dataTypeID: 25 } : field));
    return { rows, fields: named, rowCount: affectedRows ?? rows.length };
  }
}

function shadowFactory() {
  const connect = async () => {
    const pool = new PGlitePool();
    const adapter = await new PrismaPg(pool).connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      const types = result.columnTypes.map((type, i) =>
        pool.characters[i] ? ColumnTypeEnum.Character : type,
      );
      return { ...result, columnTypes: types };
    };
    adapter.executeScript = async (script) => {
      await database.exec(script);
    };
    return adapter;
  };
  return { provider: 'postgres', adapterName: '@prisma/adapter-pg', connect, connectToShadowDb: connect };
}

async function openEngine(factory, datamodel) {
  const folder = dirname(
    createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg'),
  );
  const module = await WebAssembly.compile(readFileSync(join(folder, 'schema_engine_bg.wasm')));
  const { exports } = await WebAssembly.instantiate(module, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  return bindings.SchemaEngine.new({ datamodels: datamodel }, () => {}, factory);
}

const schemaPath = join(prismaFolder, 'schema.prisma');
const schema = readFileSync(schemaPath, 'utf8');
const engine = await openEngine(bindMigrationAwareSqlAdapterFactory(shadowFactory()), [[schemaPath, schema]]);
const migrationDirectories = readdirSync(migrationsFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({
    path: name,
    migrationFile: {
      path: 'migration.sql',
      content: { tag: 'ok', value: readFileSync(join(migrationsFolder, name, 'migration.sql'), 'utf8') },
    },
  }))
  .sort((a, b) => (a.path < b.path ? -1 : 1));

const { exitCode, stdout } = await engine.diff({
  from: {
    tag: 'migrations',
    baseDir: migrationsFolder,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"' },
    shadowDbInitScript: '',
    migrationDirectories,
  },
  to: { tag: 'schemaDatamodel', files: [{ path: schemaPath, content: schema }] },
  script: true,
  exitCode: true,
  filters: { externalTables: [], externalEnums: [] },
});
if (exitCode !== 0 && stdout) process.stdout.write(stdout);
process.exit(exitCode);
