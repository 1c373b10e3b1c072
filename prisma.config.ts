import { fileURLToPath } from 'node:url';

// These three commands ask for the native schema engine and never run it. Naming an executable that is
// there already spares the download, which a machine without internet could not make. `prisma migrate`
// does run it and is left alone.
if (process.argv.some((word) => word === 'generate' || word === 'validate' || word === 'format')) {
  process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default {
  schema: here('prisma/schema.prisma'),
  migrations: { path: here('prisma/migrations') },
  datasource: { url: process.env['DATABASE_OWNER_URL'] ?? process.env['DATABASE_URL'] ?? '' },
};
