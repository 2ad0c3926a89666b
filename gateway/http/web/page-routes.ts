// Serves the built pages: hashed assets for ever, `index.html` for every page's address, and nothing outside the
// folder.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { Refused } from '../../refused.js';

const INDEX = 'index.html';
const SETTINGS = '/settings.json';
/** The bundler puts what carries its hash in its name here. */
const ASSETS = '/assets/';

/** `settings`: a file that goes with the pages, since they are not to ask the gateway for it; null: none. */
export function pageRoutes(folder: string, settings: string | null): Router {
  const router = Router();
  if (settings !== null) {
    router.get(SETTINGS, (_request: Request, response: Response, next: NextFunction) => {
      response.set('cache-control', 'no-cache');
      response.sendFile(settings, { cacheControl: false, dotfiles: 'allow' }, (error) => {
        if (error instanceof Error && !response.headersSent) next(new Refused('NO_ROUTE'));
      });
    });
  }
  const files = express.static(folder, {
    index: false,
    redirect: false,
    dotfiles: 'ignore',
    fallthrough: true,
    setHeaders: (response, path) => {
      const isHashed = path.includes(`${folder}${ASSETS}`);
      response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  router.use(files);
  router.use((request: Request, response: Response, next: NextFunction) => {
    if (!isPage(request) || !existsSync(join(folder, INDEX))) {
      next();
      return;
    }
    response.set('cache-control', 'no-cache');
    response.sendFile(INDEX, { root: folder, cacheControl: false }, (error) => {
      if (error instanceof Error && !response.headersSent) next(new Refused('NO_ROUTE'));
    });
  });
  return router;
}

/** A file that is not there is not a page: its address ends with a name that has a dot. */
function isPage(request: Request): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  return (
    !request.path.startsWith(ASSETS) && !/\.[^/]*$/.test(request.path) && request.accepts('html') !== false
  );
}
