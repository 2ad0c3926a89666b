// The OpenAPI document, and a page that shows it, of files that this gateway serves itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Request, type Response, Router } from 'express';
import { getAbsoluteFSPath } from 'swagger-ui-dist';
import { Refused } from '../../refused.js';

const TYPES: { readonly [file: string]: string } = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Forescrow API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;
/** No validator and no other host is asked. */
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', validatorUrl: null, deepLinking: true });
`;

export function documentRoutes(document: unknown): Router {
  const text = JSON.stringify(document);
  const router = Router();
  router.get('/openapi.json', (_request: Request, response: Response) => {
    response.set('cache-control', 'no-cache').type('application/json').send(text);
  });
  router.get('/docs', (_request: Request, response: Response) => {
    response.set('cache-control', 'no-cache').type('text/html').send(PAGE);
  });
  router.get('/docs/start.js', (_request: Request, response: Response) => {
    response.set('cache-control', 'no-cache').type('text/javascript').send(START);
  });
  router.get('/docs/:file', (request: Request<{ readonly file: string }>, response: Response) => {
    const { file } = request.params;
    const type = Object.hasOwn(TYPES, file) ? TYPES[file] : undefined;
    if (type === undefined) throw new Refused('NO_ROUTE');
    response
      .set('cache-control', 'no-cache')
      .type(type)
      .send(readFileSync(join(getAbsoluteFSPath(), file)));
  });
  return router;
}
