/**
 * What CHANGELOG.md says of a version.
 *
 * @param {string} changelog
 * @param {string} version as its heading begins
 * @returns {string} '' where it says nothing
 */
export function releaseNotes(changelog, version) {
  const section = changelog.split(/^## /m).find((one) => one.split(/[\s(]/)[0] === version);
  return section === undefined ? '' : section.slice(section.indexOf('\n')).trim();
}
