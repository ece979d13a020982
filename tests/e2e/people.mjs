// Makes projects and people through the API, and signs them in through the page.

/** A project with unlabelled imported pairs, so that judging needs no policy; unless a test asks for it no prompt is held out, so that one judged pair is a row to train on. */
export async function projectWithPairs(server, id, count, settings = {}) {
  await server.call('POST', '/api/v1/projects', { id, settings: { title: 'Film reviews', guideline: '# Prefer the clearer review\n\nRead **both**.', test_share: 0, ...settings } });
  const rows = Array.from({ length: count }, (_, i) => ({
    prompt: `I saw film number ${i} last night, and`,
    response_a: `the plot of number ${i} is **charming** and the jokes work. It is worth every minute.`,
    response_b: `the plot of number ${i} drags. <script>window.hacked = 1</script> Skip it.`,
    source_a: 'one', source_b: 'other',
  }));
  return server.call('POST', `/api/v1/projects/${id}/pairs`, rows);
}

/** Adds a person and gives back a one-time link. */
export async function person(server, name, roles) {
  const added = await server.call('POST', '/api/v1/people', { name, roles });
  const link = await server.call('POST', `/api/v1/people/${added.id}/links`, {});
  return { ...added, url: link.url };
}

/** Opens a one-time link and confirms it, as a person would. */
export async function signIn(page, url) {
  await page.goto(url);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(address => !address.pathname.startsWith('/signin'));
}

/** Every live judgment of a project's pairs, read back through the API. */
export async function judgments(server, project) {
  const version = await server.call('POST', `/api/v1/projects/${project}/datasets`, {});
  const name = version.name ?? `v${version.version}`;
  for (let i = 0; i < 100; i++) {
    const now = await server.call('GET', `/api/v1/projects/${project}/datasets/${name}`);
    if (now.state === 'published') { break; }
    if (now.state === 'failed') { throw new Error(JSON.stringify(now)); }
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  const response = await fetch(`${server.url}/api/v1/projects/${project}/datasets/${name}/tables/judgments`, { headers: { Authorization: `Bearer ${server.key}` } });
  if (!response.ok) { throw new Error(`${response.status} ${await response.text()}`); }
  return (await response.text()).split('\n').filter(line => line).map(line => JSON.parse(line));
}
