// One place for HTTP: JSON in and out, problems as errors with their code.

export class Problem extends Error {
  /** @param {number} status @param {{code?: string, detail?: string, title?: string}} body */
  constructor(status, body) {
    super(body.detail ?? body.title ?? `The server answered ${status}.`);
    this.status = status;
    this.code = body.code ?? '';
  }
}

/**
 * @param {string} method @param {string} url @param {object} [body] @param {RequestInit} [options]
 * @returns {Promise<any>} the parsed answer, or null without a body; throws Problem for 4xx and 5xx, TypeError when the network is gone
 */
export async function call(method, url, body, options = {}) {
  const headers = { Accept: 'application/json', ...options.headers };
  if (body !== undefined) { headers['Content-Type'] = 'application/json'; }
  const response = await fetch(url, { ...options, method, headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: 'same-origin' });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  if (!response.ok) { throw new Problem(response.status, isJson && text ? JSON.parse(text) : {}); }
  return text && isJson ? JSON.parse(text) : null;
}
