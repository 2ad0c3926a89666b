// Endpoints that pages of any site may ask (the Fetch standard's CORS): without credentials, so that nothing of a
// session goes with it, and with the same headers on refusals.
import type { NextFunction, Request, Response } from 'express';
import type { BoundEndpoint } from './binding.js';

/** How long a browser may remember the answer to its preflight. */
const REMEMBERED_S = '600';

export function anyOrigin(endpoints: readonly Pick<BoundEndpoint, 'declaration'>[]) {
  const open = endpoints.filter(({ declaration }) => declaration.anyOrigin === true);
  const forms = open.map(({ declaration: { path, method } }) => ({ form: formOf(path), method }));
  return (request: Request, response: Response, next: NextFunction): void => {
    const method = forms.find(({ form }) => form.test(request.path))?.method;
    if (method === undefined) {
      next();
      return;
    }
    response.set({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'location, retry-after, x-request-id',
      'cross-origin-resource-policy': 'cross-origin',
    });
    if (request.method !== 'OPTIONS') {
      next();
      return;
    }
    response
      .set({
        'access-control-allow-methods': method,
        'access-control-allow-headers': 'content-type, accept-language, prefer',
        'access-control-max-age': REMEMBERED_S,
      })
      .status(204)
      .end();
  };
}

/** Addresses of a declared path. */
function formOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`);
}
