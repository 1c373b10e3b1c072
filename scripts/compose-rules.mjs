import { parse } from 'yaml';

const wanted = ['postgres', 'redis', 'migrate', 'api', 'evaluator', 'worker'];

/**
 * @typedef {object} Service
 * @property {string} [image]
 * @property {{ context: string, dockerfile: string }} [build]
 * @property {string[]} [command]
 * @property {Record<string, string | null>} [environment]
 * @property {Record<string, { condition: string }>} [depends_on]
 * @property {{ test: string[] }} [healthcheck]
 * @property {string[]} [volumes]
 * @property {string[]} [ports]
 * @property {string} [container_name]
 * @property {string} [stop_grace_period]
 */

/**
 * What Docker itself would only show when it runs: that the services wait for each other in a way that can come true,
 * that settings exist, that the worker scales and cannot read the evaluator's key.
 *
 * @param {string} text of docker-compose.yml
 * @param {{ exists: (path: string) => boolean, settingsOf: Record<string, string> }} repository
 *   settingsOf: for each service of ours, the sources that read its environment
 * @returns {string[]} problems
 */
export function checkCompose(text, { exists, settingsOf }) {
  /** @type {{ services: Record<string, Service>, volumes?: Record<string, unknown> }} */
  const { services, volumes = {} } = parse(text, { merge: true });
  const problems = wanted.filter((name) => !(name in services)).map((name) => `no service ${name}`);
  for (const [name, service] of Object.entries(services)) {
    const report = (/** @type {string} */ message) => problems.push(`${name}: ${message}`);
    if (service.image !== undefined && !/:\d/.test(service.image))
      report(`${service.image} names no version`);
    if (service.image !== undefined && service.healthcheck === undefined) report('no healthcheck');
    if (service.build !== undefined && !exists(service.build.dockerfile))
      report(`no ${service.build.dockerfile}`);
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      if (!(other in services)) report(`waits for ${other}, which is not there`);
      else if (condition === 'service_started') report(`waits for ${other} to start only, not to be ready`);
      else if (condition === 'service_healthy' && services[other]?.healthcheck === undefined) {
        report(`waits for the health of ${other}, which has no healthcheck`);
      }
    }
    for (const volume of service.volumes ?? []) {
      const source = volume.split(':')[0] ?? '';
      if (!source.startsWith('.') && !(source in volumes)) report(`volume ${source} is not declared`);
    }
    if (!(name in settingsOf)) continue;
    if (service.depends_on === undefined) report('waits for nothing');
    if (name !== 'migrate' && service.stop_grace_period === undefined)
      report('no time to drain: stop_grace_period');
    for (const setting of Object.keys(service.environment ?? {})) {
      if (!new RegExp(`\\b${setting}\\b`).test(settingsOf[name] ?? '')) report(`knows no setting ${setting}`);
    }
  }
  return [...problems, ...checkRoles(services)];
}

/** @param {Record<string, Service>} services */
function checkRoles({ api, worker, evaluator, ...others }) {
  const problems = [];
  if (!/^\$\{HOLDFAST_KEY:\?/.test(api?.environment?.HOLDFAST_KEY ?? '')) {
    problems.push('api: HOLDFAST_KEY must be required, by :?');
  }
  if (api !== undefined && api.healthcheck === undefined) problems.push('api: no healthcheck');
  if (worker?.container_name !== undefined) problems.push('worker: a container_name keeps it from scaling');
  if (worker?.ports !== undefined) problems.push('worker: a port keeps it from scaling');
  const key = evaluator?.volumes?.[0]?.split(':')[0];
  if (key === undefined) problems.push('evaluator: its key is on no volume');
  for (const [name, service] of Object.entries({ api, worker, ...others })) {
    if (service?.volumes?.some((volume) => volume.startsWith(`${key}:`))) {
      problems.push(`${name}: must not see the evaluator's key`);
    }
  }
  return [...problems, ...checkLogins({ api, worker, evaluator, ...others })];
}

/**
 * Each process logs in to the database as itself; the owner's address is the migration's alone.
 * @param {Record<string, Service | undefined>} services
 */
function checkLogins({ migrate, ...services }) {
  const problems = [];
  for (const name of ['api', 'worker', 'evaluator']) {
    const own = services[name]?.environment?.DATABASE_URL ?? '';
    const variable = `${name.toUpperCase()}_PASSWORD`;
    if (!own.startsWith(`postgres://holdfast_${name}:\${${variable}:?`))
      problems.push(`${name}: must log in as holdfast_${name}, with a required ${variable}`);
    if (migrate?.environment?.[`DATABASE_${name.toUpperCase()}_URL`] !== own)
      problems.push(`migrate: makes another login for the ${name}`);
  }
  for (const [name, service] of Object.entries(services)) {
    const settings = Object.keys(service?.environment ?? {});
    if (settings.some((setting) => /^DATABASE_.*_URL$/.test(setting)))
      problems.push(`${name}: must not know the login of another`);
  }
  return problems;
}

/**
 * @param {string} text
 * @param {{ packageManager: string, exists: (path: string) => boolean }} repository
 * @returns {string[]} problems
 */
export function checkDockerfile(text, { packageManager, exists }) {
  const problems = [];
  const bases = [...text.matchAll(/^FROM (\S+)/gm)].map((match) => match[1] ?? '');
  if (bases.length < 2) problems.push('one stage only');
  for (const base of bases) {
    if (!/^node:20\.\d+\.\d+-bookworm-slim$/.test(base))
      problems.push(`${base} is not a pinned node:20 image`);
  }
  const stages = text.split(/^FROM .*$/m).slice(1);
  const last = stages.at(-1) ?? '';
  if (!/^USER node$/m.test(last)) problems.push('runs as root');
  if (!/^HEALTHCHECK /m.test(last)) problems.push('no HEALTHCHECK');
  if (/^RUN .*apt-get/m.test(last)) problems.push('installs packages into the image that runs');
  if (/^ADD /m.test(text)) problems.push('ADD where COPY would do');
  if (/^(ENV|ARG) \S*(KEY|PASSWORD|SECRET|TOKEN)\S*=/m.test(text)) problems.push('keeps a secret in a layer');
  if (/apt-get install(?! -y --no-install-recommends)/.test(text))
    problems.push('apt-get installs what it recommends');
  if (/^(CMD|ENTRYPOINT) (?!\[)/m.test(text)) problems.push('starts by a shell, which takes the signals');
  if (/^WORKDIR (?!\/)/m.test(text)) problems.push('a WORKDIR that depends on another');
  if (!text.includes(`npx -y ${packageManager} install`))
    problems.push(`does not install with ${packageManager}`);
  if (!text.includes('--frozen-lockfile')) problems.push('does not install by the lockfile');
  const main = /^CMD \["node", "([^"]+)"/m.exec(text)?.[1];
  if (main === undefined || !exists(main.replace('/dist/', '/src/').replace(/\.js$/, '.ts'))) {
    problems.push(`there is no ${main}`);
  }
  return problems;
}
