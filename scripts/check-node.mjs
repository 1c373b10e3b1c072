// Imported before everything else, so an older Node must be able to read it: no syntax newer than 2017, no imports.
const version = process.versions.node;
const major = Number(version.split('.')[0]);
const minor = Number(version.split('.')[1]);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    'Holdfast needs Node 20.19 or newer; this is Node ' +
      version +
      '. Get one from https://nodejs.org and try again.',
  );
  process.exit(1);
}
